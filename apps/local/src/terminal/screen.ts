import type { RelayedEvent } from '@tamma/contracts';
import { hasWorkflowEnded, WAITING_WORDS, type WorkflowState } from '@tamma/domain';
import { createLogUpdate } from 'log-update';
import { describeEvent } from './describe-event.ts';
import { printable } from './printable.ts';

/** Workflows that get a line of their own at once; the rest is counted. */
const LINES_MAX = 15;
const BAR_WIDTH = 14;

/** Where progress is shown. */
export interface Screen {
  note(line: string): void;
  events(events: readonly RelayedEvent[]): void;
  workflows(states: readonly WorkflowState[]): void;
  /** Leaves the last state standing. */
  close(): void;
}

/** On a terminal a line per workflow that moves; elsewhere a plain line per fact. */
export function createScreen(output: NodeJS.WriteStream): Screen {
  return output.isTTY ? liveScreen(output) : plainScreen(output);
}

function plainScreen(output: NodeJS.WriteStream): Screen {
  return {
    note: (line) => void output.write(`${line}\n`),
    events: (events) => {
      for (const relayed of events) {
        const line = describeEvent(relayed);
        if (line !== null) output.write(`${line}\n`);
      }
    },
    workflows: () => {},
    close: () => {},
  };
}

function liveScreen(output: NodeJS.WriteStream): Screen {
  const update = createLogUpdate(output);
  let frame = '';
  let isClosed = false;
  const draw = () => {
    if (!isClosed) update(frame);
  };
  return {
    note: (line) => {
      if (!isClosed) update.clear();
      output.write(`${line}\n`);
      draw();
    },
    events: () => {},
    workflows: (states) => {
      frame = renderFrame(states, output.columns);
      draw();
    },
    close: () => {
      isClosed = true;
      update.done();
    },
  };
}

export function renderFrame(states: readonly WorkflowState[], columns: number): string {
  const shown = states.slice(0, LINES_MAX);
  const rest = states.length - shown.length;
  const lines = shown.map((state) => printable(renderLine(state)).slice(0, Math.max(20, columns - 1)));
  return [...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n');
}

function renderLine(state: WorkflowState): string {
  const all = state.steps.length;
  const done = state.steps.filter((step) => step.status === 'completed').length;
  const filled = all === 0 ? 0 : Math.round((done / all) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  return `${bar} ${done}/${all}  #${state.issue} ${describeNow(state)}  ${state.title}`;
}

function describeNow(state: WorkflowState): string {
  if (hasWorkflowEnded(state.status)) return state.result ?? state.status;
  if (state.waitingFor !== null && state.waitingFor.reason !== 'worker')
    return `waits for ${WAITING_WORDS[state.waitingFor.reason]}`;
  return state.currentStep ?? state.status;
}
