import { stripVTControlCharacters } from 'node:util';
import { TammaError } from '@tamma/domain';

/** Most that is read of a log before it is given up; what came last by then is its end to us. */
const BYTES_MAX = 64 * 1024 * 1024;
/** Bytes kept for each character that is wanted: escape sequences and times fall out later. */
const BYTES_PER_CHARACTER = 6;
/** Kept in any case, so that a small limit does not lose a line because of what falls out of it. */
const BYTES_MIN = 4096;
/** What is dropped of a single endless line, whose beginning may be the rest of a secret. */
const PARTIAL_MAX = 1000;
const UNREAD = '\n(the log goes on: it was too long, or came too slowly)';

export interface EndLimits {
  readonly charactersMax: number;
  /** When we have waited long enough; what came until then is handed back. */
  readonly signal: AbortSignal;
}

/** Reads a log to its end and keeps only that: never more than a little above what is wanted, however long it is. */
export async function readEnd(
  stream: ReadableStream<Uint8Array>,
  { charactersMax, signal }: EndLimits,
): Promise<string> {
  const reader = stream.getReader();
  // A reader that was cancelled says that it is done.
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const { end, bytes } = await keepEnd(reader, BYTES_MIN + charactersMax * BYTES_PER_CHARACTER);
    const text = new TextDecoder().decode(end);
    const whole = bytes > end.byteLength ? withoutPartialLine(text) : text;
    return signal.aborted || bytes > BYTES_MAX ? `${whole}${UNREAD}` : whole;
  } catch (error) {
    throw brokenOff(error);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function keepEnd(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  bytesMax: number,
): Promise<{ readonly end: Uint8Array; readonly bytes: number }> {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  let bytes = 0;
  while (bytes <= BYTES_MAX) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    kept += value.byteLength;
    bytes += value.byteLength;
    for (
      let first = chunks[0];
      first !== undefined && kept - first.byteLength >= bytesMax;
      first = chunks[0]
    ) {
      kept -= first.byteLength;
      chunks.shift();
    }
  }
  return { end: Buffer.concat(chunks).subarray(-bytesMax), bytes };
}

function brokenOff(cause: unknown): TammaError {
  return new TammaError(
    'GITHUB_UNREACHABLE',
    'GitHub did not show a log to its end: the connection was lost',
    {
      class: 'network',
      remedy: 'Nothing to do: it is tried again by itself.',
      cause,
    },
  );
}

/** The last characters of a log in whole lines, as text that may be shown and sent: nothing in it is obeyed, or secret. */
export function endOfLog(log: string, charactersMax: number): string {
  const text = withoutSecrets(plain(log)).trimEnd();
  if (text.length <= charactersMax) return text;
  const end = text.slice(-charactersMax);
  const firstLine = end.indexOf('\n') + 1;
  return (firstLine === 0 ? end : end.slice(firstLine)).toWellFormed();
}

/** Actions writes the time before each line; a model has no use for it. */
const TIME = /^\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z ?/gm;
const UNPRINTABLE = /(?:(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}])+/gu;

/** Node's own pattern takes the square of a text's length where somebody means it ill. */
const STRIPPED_AT_ONCE = /[^\n]{1,2000}|\n+/g;

function plain(log: string): string {
  return log
    .replaceAll(STRIPPED_AT_ONCE, (part) => stripVTControlCharacters(part))
    .replaceAll(/\r{1,3}\n/g, '\n')
    .replaceAll(TIME, '')
    .replace(UNPRINTABLE, ' ');
}

/**
 * Shapes of what opens doors. GitHub masks the secrets it knows; others are printed by mistake. Each repeats within
 * bounds, because logs are written by strangers too.
 */
const SECRETS: readonly RegExp[] = [
  /\bgh[a-z]_[\w.-]{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  /\bsk-[\w-]{20,}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bxox[a-z]-[\w-]{10,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\beyJ[\w-]{10,400}\.[\w-]{10,4000}\.[\w-]{10,}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
  /(?<=\b(?:authorization|x-api-key|private-token)["']?[ \t]{0,8}[:=][ \t]{0,8}["']?)[^\s"'][^\n"']*/gi,
];

function withoutSecrets(text: string): string {
  return SECRETS.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}

function withoutPartialLine(text: string): string {
  const end = text.indexOf('\n');
  return end === -1 ? text.slice(PARTIAL_MAX) : text.slice(end + 1);
}
