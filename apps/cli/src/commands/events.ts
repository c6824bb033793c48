import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ANY_EVENT, type RelayedEvent, type Topic } from '@tamma/contracts';
import type { List } from '../api/api.ts';
import { aboutWorkflow } from '../api/known-workflow.ts';
import { type EventsFilter, readNewestEvents } from '../api/newest-events.ts';
import type { Reply } from '../api/reply.ts';
import type { Context, OpenContext } from '../context.ts';
import type { Output } from '../terminal/output.ts';
import { eventLine } from '../views/event.ts';
import { showEvents } from '../views/lists.ts';
import { parseEventName, parseId, parseLimit, parseSince, placeAt } from './arguments.ts';

const LIMIT_DEFAULT = 100;
/** How far back the newest events are looked for when neither a place nor a workflow is given. */
const LOOK_BACK_MS = 3_600_000;

export function eventsCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('events')
    .description('what was recorded: the newest, or what came after --since')
    .option('--workflow <id>', 'of this workflow alone', parseId)
    .option('--type <name>', 'of this type alone, such as GATE.RAN.FAILED', parseEventName)
    .option('--since <when>', 'from there on: 30m, 2026-01-02T08:30Z or an offset', (text) =>
      parseSince(text, Date.now()),
    )
    .option('--limit <count>', 'so many at most', parseLimit, LIMIT_DEFAULT)
    .option('--follow', 'then go on with what happens, until Ctrl-C')
    .action(async ({ workflow, type, since, limit, follow }) => {
      const filter: EventsFilter = { workflowId: workflow, type, since, limit };
      const context = open();
      const { api } = context;
      if (workflow !== undefined) await aboutWorkflow(api, workflow, () => api.workflow(workflow));
      if (follow === true) return followEvents(context, filter);
      context.output.show(await readEvents(context, filter), showEvents);
    });
}

/** From `since` on as the server pages it; without it the newest. */
function readEvents({ api, output }: Context, filter: EventsFilter): Promise<Reply<List<RelayedEvent>>> {
  if (filter.since !== undefined) return api.events({ ...filter });
  return readNewestEvents(api, { ...filter, since: beginOf(filter, output) }, output.note);
}

/** Before everything that can be among the newest. */
function beginOf({ workflowId }: EventsFilter, { look }: Output): string {
  return workflowId === undefined ? placeAt(look.nowMs - LOOK_BACK_MS) : placeAt(0);
}

/** With --since all that came after it; without, the newest first. Then what happens. */
async function followEvents(context: Context, filter: EventsFilter): Promise<void> {
  const { follow, output } = context;
  const tell = ({ exact, shown }: Reply<RelayedEvent>): void => {
    if (output.isJson) output.json({ offset: exact.offset, event: exact.event });
    else output.lines([eventLine(shown, output.look)]);
  };
  await follow({
    topic: topicOf(filter),
    since: filter.since ?? (await tellNewest(context, filter, tell)),
    onTold: ({ exact, shown }) => {
      if ('event' in exact && 'event' in shown) tell({ exact, shown });
      return 'more';
    },
  });
}

/** Answers the place after which nothing is told yet. */
async function tellNewest(
  context: Context,
  filter: EventsFilter,
  tell: (relayed: Reply<RelayedEvent>) => void,
): Promise<string> {
  const begin = beginOf(filter, context.output);
  const { exact, shown } = await readEvents(context, filter);
  for (const [index, relayed] of exact.items.entries()) {
    tell({ exact: relayed, shown: shown.items[index] ?? relayed });
  }
  return exact.items.at(-1)?.offset ?? begin;
}

function topicOf({ workflowId, type = ANY_EVENT }: EventsFilter): Topic {
  return workflowId === undefined ? { events: [type] } : { workflowId, events: [type] };
}
