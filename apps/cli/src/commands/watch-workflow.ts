import { isEventType, parseEvent, type RelayedEvent } from '@tamma/contracts';
import { applyEvent, hasWorkflowEnded, toError, type WorkflowState } from '@tamma/domain';
import { aboutWorkflow } from '../api/known-workflow.ts';
import type { Reply } from '../api/reply.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Told } from '../live/message.ts';
import type { Output } from '../terminal/output.ts';
import { standingOf } from '../views/standing.ts';
import { Teller } from './teller.ts';

const PAGE = 1000;
/** A workflow has some hundred events; what is beyond these pages is told as if it were new. */
const PAGES_MAX = 50;
const PLACE_BEFORE_ALL = '0-0';

export interface WatchRequest {
  readonly workflowId: string;
  /** Where to begin; without it, after all that is recorded. */
  readonly since?: string;
  /** Whether streamed text of models is told, and whether to stop when a person is needed. */
  readonly text?: boolean | undefined;
  readonly exitOnWait?: boolean | undefined;
}

/**
 * Tells what happens in one workflow until it ends. Its state is the fold of what was recorded and of every event after
 * that, so that an end is never missed, whenever it comes.
 */
export async function watchWorkflow(context: Context, request: WatchRequest): Promise<ExitCode> {
  const { workflowId, since } = request;
  const past = since === undefined ? await readPast(context, workflowId) : { state: null, last: since };
  const watch = new Watch(context.output, request, past.state);
  watch.showStanding();
  if (watch.exitCode() === null) {
    await context.follow({
      topic: { workflowId },
      since: past.last,
      onTold: (told) => watch.hear(told),
    });
    watch.showStanding();
  }
  return watch.exitCode() ?? EXIT.done;
}

class Watch {
  readonly #output: Output;
  readonly #exitOnWait: boolean;
  readonly #teller: Teller;
  #state: WorkflowState | null;

  constructor(output: Output, { text, exitOnWait }: WatchRequest, state: WorkflowState | null) {
    this.#output = output;
    this.#exitOnWait = exitOnWait === true;
    this.#teller = new Teller(output, { text: text === true });
    this.#state = state;
  }

  /** Null while there is something to wait for. */
  exitCode(): ExitCode | null {
    if (this.#state === null) return null;
    const { status } = this.#state;
    if (hasWorkflowEnded(status)) return status === 'completed' ? EXIT.done : EXIT.failed;
    return status === 'paused' && this.#exitOnWait ? EXIT.needsPerson : null;
  }

  hear(told: Reply<Told>): 'more' | 'enough' {
    const before = this.#state;
    if ('event' in told.shown) this.#state = applyTold(before, told.shown.event, this.#output);
    this.#teller.tell(told);
    if (this.exitCode() !== null) return 'enough';
    if (this.#state?.status === 'paused' && before?.status !== 'paused') this.showStanding();
    return 'more';
  }

  showStanding(): void {
    if (this.#output.isJson || this.#state === null) return;
    this.#teller.end();
    this.#output.lines(standingOf(this.#state, this.#output.look));
  }
}

interface Past {
  readonly state: WorkflowState | null;
  /** The place of the last event that is in the state. */
  readonly last: string;
}

async function readPast({ api, output }: Context, workflowId: string): Promise<Past> {
  let state: WorkflowState | null = null;
  let last = PLACE_BEFORE_ALL;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items } = (await api.events({ workflowId, since: last, limit: PAGE })).shown;
    for (const { event } of items) state = applyTold(state, event, output);
    last = items.at(-1)?.offset ?? last;
    if (items.length < PAGE) break;
  }
  // Nothing is recorded of a workflow that there is not; the server says so, and we name those like it.
  if (state === null) await aboutWorkflow(api, workflowId, () => api.workflow(workflowId));
  return { state, last };
}

/** Types that are newer than this command change nothing that this command knows. */
function applyTold(
  state: WorkflowState | null,
  event: RelayedEvent['event'],
  { note }: Pick<Output, 'note'>,
): WorkflowState | null {
  if (!isEventType(event.type)) return state;
  try {
    return applyEvent(state, parseEvent(event));
  } catch (thrown) {
    note(`event ${event.id} (${event.type}) cannot be read and is left out: ${toError(thrown).message}`);
    return state;
  }
}
