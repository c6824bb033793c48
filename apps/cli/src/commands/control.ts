import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import {
  type ControlResult,
  controlRequestSchema,
  orderRequestSchema,
  priorityRequestSchema,
} from '@tamma/contracts';
import { workflowIdOfTask } from '@tamma/domain';
import type { z } from 'zod';
import type { ControlVerb } from '../api/api.ts';
import { aboutWorkflow } from '../api/known-workflow.ts';
import { CliError } from '../cli-error.ts';
import type { OpenContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import type { View } from '../terminal/output.ts';
import { parseId, parseScore } from './arguments.ts';

const WHICH = 'id of a workflow, or of a task of it';
const REASON = 'why; it is recorded';

export function cancelCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('cancel')
    .description('stop a workflow for good and release its issue')
    .argument('<id>', WHICH, parseId)
    .requiredOption('--reason <text>', REASON)
    .action((id, body) => control(open, { id, verb: 'cancel', body, schema: controlRequestSchema }));
}

export function suspendCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('suspend')
    .description('have a workflow stand still; what runs comes to its next safe point')
    .argument('<id>', WHICH, parseId)
    .requiredOption('--reason <text>', REASON)
    .action((id, body) => control(open, { id, verb: 'suspend', body, schema: controlRequestSchema }));
}

export function resumeCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('resume')
    .description('have a suspended workflow go on')
    .argument('<id>', WHICH, parseId)
    .requiredOption('--reason <text>', REASON)
    .action((id, body) => control(open, { id, verb: 'resume', body, schema: controlRequestSchema }));
}

export function retryCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('retry')
    .description('have the failed step of an escalated workflow tried again')
    .argument('<id>', WHICH, parseId)
    .requiredOption('--reason <text>', REASON)
    .action((id, body) => control(open, { id, verb: 'retry', body, schema: controlRequestSchema }));
}

export function overrideCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('override')
    .description('let a gate or a review pass that refused this very commit')
    .argument('<workflow>', 'id of a workflow', parseId)
    .argument('<step>', 'id of the step that failed', parseId)
    .requiredOption('--reason <text>', REASON)
    .action((id, step, { reason }) =>
      control(open, { id, verb: 'override', body: { step, reason }, schema: orderRequestSchema }),
    );
}

export function skipCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('skip')
    .description('do without a step, where the template allows it')
    .argument('<workflow>', 'id of a workflow', parseId)
    .argument('<step>', 'id of the step', parseId)
    .requiredOption('--reason <text>', REASON)
    .action((id, step, { reason }) =>
      control(open, { id, verb: 'skip', body: { step, reason }, schema: orderRequestSchema }),
    );
}

export function priorityCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('priority')
    .description('set the score by which a workflow is queued')
    .argument('<id>', WHICH, parseId)
    .argument('<score>', '0 to 1000; higher goes first', parseScore)
    .requiredOption('--reason <text>', REASON)
    .action((id, score, { reason }) =>
      control(open, { id, verb: 'priority', body: { score, reason }, schema: priorityRequestSchema }),
    );
}

interface Control {
  readonly id: string;
  readonly verb: ControlVerb;
  readonly body: object;
  readonly schema: z.ZodType<object>;
}

/** An id of a task goes to the tasks of the API: it finds the workflow, and says what it did to it. */
async function control(open: OpenContext, { id, verb, body, schema }: Control): Promise<void> {
  const request = checkReason(schema, body);
  const { api, output } = open();
  const workflowId = workflowIdOfTask(id);
  const ask = () => api.control({ kind: workflowId === null ? 'workflows' : 'tasks', id }, verb, request);
  output.show(await aboutWorkflow(api, workflowId ?? id, ask), showControl);
}

/** The reason is the one thing that the arguments have not checked. */
export function checkReason<Body extends object>(schema: z.ZodType<Body>, body: object): Body {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map(({ message }) => message).join('; ');
  throw new CliError(EXIT.usage, `--reason: ${why}`);
}

const showControl: View<ControlResult> = ({ workflowId, message, changed }) => [
  `${workflowId}: ${message}${changed ? '' : ' (nothing changed)'}`,
];
