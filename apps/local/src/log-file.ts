import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs';

/** A child's log is cut at this size; the part before is kept once, as `.1`. */
const BYTES_MAX = 20 * 1024 * 1024;
const TAIL_LINES = 12;

export interface LogFile {
  readonly path: string;
  /** File descriptor for a child's standard output and error. */
  readonly descriptor: number;
  /** Keeps the file within its size. */
  rotate(): void;
  /** The last plain lines since it was opened: what a process says to people when it cannot start. */
  complaint(): string;
  close(): void;
}

/** Files, not pipes: a child outlives a killed launcher for a moment and must not die of a broken pipe. */
export function openLogFile(path: string): LogFile {
  if (existsSync(path)) renameSync(path, `${path}.1`);
  const descriptor = openSync(path, 'a', 0o600);
  return {
    path,
    descriptor,
    rotate: () => {
      if (statSync(path).size < BYTES_MAX) return;
      copyFileSync(path, `${path}.1`);
      truncateSync(path);
    },
    complaint: () => {
      const lines = readFileSync(path, 'utf8').split('\n');
      return lines
        .filter((line) => line.trim() !== '' && !line.startsWith('{'))
        .slice(-TAIL_LINES)
        .join('\n');
    },
    close: () => closeSync(descriptor),
  };
}
