import type { TaskDetail } from '@tamma/contracts';
import { formatSecond } from '../terminal/moment.ts';
import type { View } from '../terminal/output.ts';
import { colorOf, tookOf } from './words.ts';
import { section } from './workflow.ts';

/** One task: its status, its last error, and its facts in order. */
export const showTask: View<TaskDetail> = (task, look) => {
  const { paint, nowMs } = look;
  const { id, status, workflowId, capability, attempts, error, history } = task;
  const took = tookOf(task, nowMs);
  const facts = history.map(
    ({ at, type, attempt }) =>
      `${formatSecond(at)} ${type}${attempt === null ? '' : ` (attempt ${attempt})`}`,
  );
  return [
    `${paint('bold', id)} ${paint(colorOf(status), status)}`,
    `  of ${workflowId}, for ${capability}, ${attempts} attempts${took === '' ? '' : `, took ${took}`}`,
    ...(error === null ? [] : [`  error: ${error.message} [${error.code}, ${error.class}]`]),
    ...section('What happened', facts, look),
  ];
};
