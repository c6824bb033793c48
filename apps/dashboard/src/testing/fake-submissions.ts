import {
  gateTaskSchema,
  taskCreatedSchema,
  taskRequestSchema,
  workflowCreatedSchema,
  workflowRequestSchema,
} from '@tamma/contracts';
import { type AnyEvent, taskIdOf, workflowIdOf } from '@tamma/domain';
import { type Answer, ok, problem } from './fake-answer.ts';
import type { Asked } from './fake-resources.ts';

export function submit({ body, deps }: Asked): Answer {
  const { project, issue } = workflowRequestSchema.parse(body);
  const known = deps.world.projects.find(({ id }) => id === project);
  const found = known?.intake.issues.find(({ number }) => number === issue);
  if (found === undefined) return problem(404, `there is no issue ${issue} in project "${project}"`);
  const open = deps.log.states().find((state) => state.project === project && state.issue === issue);
  if (open !== undefined) return problem(409, `workflow ${open.id} works on issue ${issue} already`);
  const workflowId = workflowIdOf(project, issue, 1);
  deps.log.tell(createdEvent(workflowId, { project, issue, title: found.title }));
  return { ...ok(workflowCreatedSchema, { workflowId }), status: 201 };
}

/** One gate on a branch, as a task on its own. */
export function submitTask({ body, deps }: Asked): Answer {
  const { type, payload } = taskRequestSchema.parse(body);
  const gate = gateTaskSchema.safeParse(payload);
  if (!gate.success)
    return problem(422, `payload: ${gate.error.issues.map(({ message }) => message).join()}`);
  const workflowId = `task-${deps.log.states().length}`;
  const title = `${type}: ${gate.data.gate} on ${gate.data.branch}`;
  const created = { project: gate.data.project, issue: 0, title, taskType: type };
  deps.log.tell(createdEvent(workflowId, created));
  const made = { taskId: taskIdOf(workflowId, 'quality-gate'), workflowId, success: true };
  return { ...ok(taskCreatedSchema, made), status: 201 };
}

interface About {
  readonly project: string;
  readonly issue: number;
  readonly title: string;
  readonly taskType?: string;
}

function createdEvent(workflowId: string, about: About): AnyEvent {
  return {
    id: `${workflowId}.created`,
    type: 'WORKFLOW.STATE.CREATED',
    at: new Date().toISOString(),
    workflowId,
    actor: { kind: 'system', id: 'intake' },
    tags: {},
    metadata: { schemaVersion: 1, source: 'test' },
    data: {
      ...about,
      platform: 'local',
      repository: 'x',
      template: 'issue-to-pr',
      templateHash: 'x',
      score: 1,
      run: 1,
    },
  };
}
