import type { AgentView } from '@tamma/contracts';
import { formatScore } from '@tamma/domain';
import type { List } from '../api/api.ts';
import { formatDuration } from '../terminal/moment.ts';
import type { View } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { more } from './lists.ts';
import { formatUsd } from './words.ts';

/** Within a step the best first: the one that routing by measurement would choose. */
export const showAgents: View<List<AgentView>> = ({ items, next }, look) => {
  if (items.length === 0)
    return ['No model was measured so far: none has come to the end of a conversation.'];
  return [...renderTable(items.toSorted(byScore), COLUMNS, look.columns), ...more(next)];
};

const COLUMNS: readonly Column<AgentView>[] = [
  { title: 'PROJECT', text: ({ project }) => project, fit: 'cut' },
  { title: 'STEP', text: ({ step }) => step, fit: 'whole' },
  { title: 'AGENT', text: ({ agent }) => agent, fit: 'cut' },
  { title: 'MODEL', text: ({ model }) => model, fit: 'cut' },
  { title: 'DONE', text: ({ done, runs }) => `${done} of ${runs}`, fit: 'whole' },
  { title: 'REPAIRS', text: ({ repairs }) => String(repairs), fit: 'whole' },
  { title: 'TURNS', text: ({ turnsPerRun }) => turnsPerRun.toFixed(1), fit: 'whole' },
  { title: 'TIME', text: ({ secondsPerRun }) => formatDuration(secondsPerRun * 1000), fit: 'whole' },
  { title: 'COST', text: ({ costUsdPerRun }) => formatUsd(costUsdPerRun), fit: 'whole' },
  { title: 'IN ALL', text: ({ costUsd }) => formatUsd(costUsd), fit: 'whole' },
  { title: 'SCORE', text: ({ score }) => formatScore(score), fit: 'whole' },
];

function byScore(one: AgentView, other: AgentView): number {
  const place = ({ project, step }: AgentView) => `${project}\n${step}`;
  if (place(one) !== place(other)) return place(one) < place(other) ? -1 : 1;
  return other.score - one.score;
}
