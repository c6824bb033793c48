import { parseOffset } from '@tamma/contracts';
import type { Reply } from '../api/reply.ts';
import type { Told } from '../live/message.ts';
import { formatClock } from '../terminal/moment.ts';
import type { Output } from '../terminal/output.ts';
import { progressLine, watchLine } from '../views/event.ts';

export interface TellerOptions {
  /** Whether streamed text is printed. */
  readonly text: boolean;
}

type Progress = Extract<Told, { type: 'progress' }>;
type Chunk = Extract<Told, { type: 'chunk' }>;

/** Prints what is told, one thing a line; streamed text as it comes. */
export class Teller {
  readonly #output: Output;
  readonly #options: TellerOptions;
  /** Whose streamed text stands at the end of the screen. */
  #speaker: string | null = null;
  #isMidLine = false;
  /** The same fact comes as an event and as a progress message. */
  #lastProgress = '';

  constructor(output: Output, options: TellerOptions) {
    this.#output = output;
    this.#options = options;
  }

  tell({ exact, shown }: Reply<Told>): void {
    if (this.#output.isJson) {
      if (exact.type !== 'chunk' || this.#options.text) this.#output.json(exact);
    } else if (shown.type === 'chunk') {
      if (this.#options.text) this.#chunk(shown);
    } else if (shown.type === 'progress') {
      if (this.#isNewProgress(shown.offset)) this.#line(this.#describeProgress(shown));
    } else if (shown.event.type !== 'TASK.PROGRESS.UPDATED' || this.#isNewProgress(shown.offset)) {
      this.#line(watchLine(shown, this.#output.look));
    }
  }

  /** Ends the line that streamed text may have left open. */
  end(): void {
    if (this.#isMidLine) this.#output.piece('\n');
    this.#isMidLine = false;
    this.#speaker = null;
  }

  #line(line: string | null): void {
    if (line === null) return;
    this.end();
    this.#output.lines([line]);
  }

  #isNewProgress(offset: string): boolean {
    const isNew = offset !== this.#lastProgress;
    this.#lastProgress = offset;
    return isNew;
  }

  #describeProgress({ offset, workflowId, step, progress, message }: Progress): string {
    const at = formatClock(new Date(parseOffset(offset).ms).toISOString());
    return `${this.#output.look.paint('dim', at)} ${workflowId} ${step}: ${progressLine(progress, message)}`;
  }

  #chunk({ taskId, chunk }: Chunk): void {
    const isNewSpeaker = this.#speaker !== taskId;
    // What stood above is over: no need to leave room below it.
    const piece = isNewSpeaker ? chunk.replace(/^\n+/, '') : chunk;
    if (piece === '') return;
    if (isNewSpeaker) this.#line(this.#output.look.paint('dim', `${taskId} says`));
    this.#speaker = taskId;
    this.#output.piece(piece);
    this.#isMidLine = !piece.endsWith('\n');
  }
}
