import type { ApprovalView } from '@tamma/contracts';
import { escalationLevelName, headlineOf } from '@tamma/domain';
import type { List } from '../api/api.ts';
import { formatUntil } from '../terminal/moment.ts';
import type { Look, View } from '../terminal/output.ts';
import { inboxCommands } from './words.ts';

/** Everything that waits for a person, with what to read first and what to type then. */
export const showApprovals: View<List<ApprovalView>> = ({ items, next }, look) => {
  if (items.length === 0) return ['Nothing waits for a person.'];
  const blocks = items.flatMap((item, index) => [...(index === 0 ? [] : ['']), ...block(item, look)]);
  return next === null ? blocks : [...blocks, '', 'There are more: decide these first.'];
};

function block(item: ApprovalView, look: Look): string[] {
  const { paint, nowMs } = look;
  const risk = item.risk === null ? '' : `, ${item.risk} risk`;
  const title = `${paint('bold', headlineOf(item))} (${item.workflowId})`;
  return [
    title,
    `  ${paint('yellow', item.kind)}${levelOf(item)}${risk}, asked by ${item.stepId}${untilOf(item, nowMs)}`,
    ...item.why.split('\n').map((line) => `    ${line}`),
    ...(item.remedy === null ? [] : [`  remedy: ${item.remedy}`]),
    ...item.artifacts.map((name) => `  read    tamma show ${item.workflowId} --artifact ${name}`),
    ...inboxCommands(item).map((command) => `  decide  ${command}`),
  ];
}

function levelOf({ level }: ApprovalView): string {
  return level === null ? '' : ` (level ${level}, ${escalationLevelName(level)})`;
}

function untilOf({ until }: ApprovalView, nowMs: number): string {
  return until === null ? '' : `, until ${formatUntil(until, nowMs)}`;
}
