import { TammaError, toError } from '@tamma/domain';
import { badSearch, type Hunt, type SearchPlace, slowSearch } from './hunt.ts';

const GREP = ['grep', '-z', '-n', '-I', '-i', '--untracked', '--no-color', '--no-textconv'];
const OUTPUT_MAX_BYTES = 4 * 1024 * 1024;
/** Some patterns, such as repetitions of repetitions, take any amount of memory already when they are read. */
const MEMORY_MAX_BYTES = 512 * 1024 ** 2;

export async function grepWithGit(
  { git, place, searchTimeoutMs }: SearchPlace,
  { request, below }: Hunt,
): Promise<string> {
  const kind = request.isPattern ? '-E' : '-F';
  const within = below === '' ? [] : ['--', `:(literal)${below}`];
  try {
    const { stdout } = await git.run([...GREP, kind, '-e', request.text, ...within], {
      accept: [1],
      outputMaxBytes: OUTPUT_MAX_BYTES,
      partial: true,
      timeoutMs: searchTimeoutMs,
      under: place.limiter === null ? [] : [place.limiter, `--as=${MEMORY_MAX_BYTES}`, '--'],
    });
    return stdout.toString('utf8');
  } catch (thrown) {
    throw explain(toError(thrown), searchTimeoutMs);
  }
}

function explain(error: Error, timeoutMs: number): Error {
  if (!(error instanceof TammaError)) return error;
  if (error.code === 'GIT_TIMEOUT') return slowSearch(timeoutMs);
  const said = /fatal: (?:-e option|command line), '.*': (.+)/s.exec(error.message)?.[1];
  return said === undefined ? error : badSearch(`is not one that git understands (${said.trim()})`);
}
