import { createHash } from 'node:crypto';
import { PHASE_OF_STEP } from '@tamma/contracts';
import { approvalIdOf, taskIdOf, workflowIdOf } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import type { FakeTamma } from './fake-tamma.ts';
import { PASSING } from './passing.ts';
import { CAPABILITY_OF_STEP, STEP_IDS, STEPS, type StepId } from './steps.ts';
import type { Story } from './story.ts';

const STEP_MS = 1400;
const DAY_MS = 24 * 3600 * 1000;

interface About {
  readonly project?: string;
  readonly issue: number;
  readonly title: string;
  /** When it began, in milliseconds before now. */
  readonly agoMs?: number;
}

export function createStory(fake: FakeTamma, { project = 'textkit', issue, title, agoMs = 0 }: About): Story {
  const id = workflowIdOf(project, issue, 1);
  let at = Date.now() - agoMs;
  let count = 0;
  const tell: Story['tell'] = (type, data, { step, round = 0, attempt = 1, actor } = {}) => {
    count += 1;
    at = Math.min(at + (agoMs === 0 ? 1 : STEP_MS), Math.max(Date.now(), at + 1));
    const place = step === undefined ? {} : { stepId: step, taskId: taskIdOf(id, step, round), attempt };
    const told = { id: `${id}.${count}`, at: new Date(at).toISOString(), workflowId: id };
    fake.log.tell(
      buildEvent(type, data, { ...told, actor: actor ?? { kind: 'worker', id: 'worker-1' }, ...place }),
    );
  };
  const take = (step: StepId, round = 0): void => {
    if (round === 0 && STEPS.find(({ phase }) => phase === PHASE_OF_STEP[step])?.id === step) {
      tell('PHASE.STARTED.SUCCESS', { phase: PHASE_OF_STEP[step] }, { step });
    }
    tell(
      'TASK.DEQUEUED.SUCCESS',
      { capability: CAPABILITY_OF_STEP[step], workerId: 'worker-1' },
      { step, round },
    );
  };
  const finish = (step: StepId, round = 0): void =>
    tell('TASK.COMPLETED.SUCCESS', { result: null, durationMs: STEP_MS }, { step, round });
  const until = () => new Date(at + DAY_MS).toISOString();
  const story: Story = {
    id,
    tell,
    take,
    finish,
    create: () => {
      const data = { project, platform: 'local', repository: '/srv/textkit.git', issue, title };
      tell('WORKFLOW.STATE.CREATED', {
        ...data,
        template: 'issue-to-pr',
        templateHash: 'abc',
        score: 650,
        run: 1,
      });
    },
    begin: () => {
      story.create();
      tell('WORKFLOW.STARTED.SUCCESS', { steps: STEPS });
    },
    step: (step, during = () => {}, round = 0) => {
      take(step, round);
      during();
      finish(step, round);
    },
    upTo: (step) => {
      for (const earlier of STEP_IDS.slice(0, STEP_IDS.indexOf(step)))
        story.step(earlier, () => PASSING[earlier]?.(story));
      take(step);
    },
    write: (step, name, text) => {
      fake.world.artifacts.set(`${id} ${name}`, text);
      const sha256 = createHash('sha256').update(text).digest('hex');
      tell('ARTIFACT.WRITTEN.SUCCESS', { name, sha256, bytes: Buffer.byteLength(text) }, { step });
    },
    ask: (question) => {
      const approvalId = approvalIdOf(taskIdOf(id, 'clarification'), count);
      tell('TASK.PARKED.SUCCESS', { on: 'human', until: until(), why: question }, { step: 'clarification' });
      tell('QUESTION.ASKED.SUCCESS', { approvalId, question, until: until() }, { step: 'clarification' });
      return approvalId;
    },
    approve: (kind, risk, why) => {
      const step = kind === 'plan' ? 'plan-approval' : 'merge-approval';
      const approvalId = approvalIdOf(taskIdOf(id, step), count);
      tell('TASK.PARKED.SUCCESS', { on: 'approval', until: until(), why }, { step });
      tell(
        'APPROVAL.REQUESTED.SUCCESS',
        { approvalId, kind, risk, subject: 'f00d', why, until: until() },
        { step },
      );
      return approvalId;
    },
    fail: (step, message, remedy) => {
      const error = { code: 'GATE_RED', class: 'gate', message, remedy } as const;
      tell('TASK.FAILED.PERMANENT', { error, retryCount: 3 }, { step });
      tell('ESCALATION.TRIGGERED.SUCCESS', { level: 2, error, until: until() }, { step });
    },
    merge: () => {
      tell('PR.MERGED.SUCCESS', { number: issue, mergeCommit: '95f829f124aa' }, { step: 'merge-and-close' });
      finish('merge-and-close');
      tell('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' });
    },
  };
  return story;
}
