/** Text a model streams for one task. */
interface Stream {
  readonly taskId: string;
  readonly step: string;
  readonly text: string;
}

/** The tasks that streamed last, the newest at the end. */
export type Streams = readonly Stream[];

export const STREAMS_MAX = 8;
/** Characters kept of one task's text: its end is what people watch. */
export const STREAM_LENGTH_MAX = 32 * 1024;

export interface Piece {
  readonly taskId: string;
  readonly step: string;
  readonly chunk: string;
}

export function addPiece(streams: Streams, { taskId, step, chunk }: Piece): Streams {
  const known = streams.find((one) => one.taskId === taskId);
  const text = `${known?.text ?? ''}${chunk}`.slice(-STREAM_LENGTH_MAX);
  const others = streams.filter((one) => one.taskId !== taskId);
  return [...others, { taskId, step, text }].slice(-STREAMS_MAX);
}
