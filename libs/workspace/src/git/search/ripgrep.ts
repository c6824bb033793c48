import { type ExecFileException, execFile } from 'node:child_process';
import { TammaError } from '@tamma/domain';
import { findProgram } from '../commands/program.ts';
import type { CommandPlace } from '../commands/run-command.ts';
import { searchDirectories } from '../search-path.ts';
import { badSearch, type Hunt, type SearchPlace, slowSearch } from './hunt.ts';

const PROBE_TIMEOUT_MS = 10_000;
const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;
const SAID_MAX_CHARACTERS = 300;

/** Nothing is followed, unpacked or preprocessed, and no configuration is read; hidden files count, those of git do not. */
const FLAGS = [
  ...['--no-config', '--no-follow', '--no-pre', '--no-search-zip', '--no-messages', '--one-file-system'],
  ...['--hidden', '--no-require-git', '--no-ignore-parent', '--no-ignore-global', '--no-ignore-dot'],
  ...['--glob', '!.git', '--max-filesize', '16M', '--max-count', '200'],
  ...['--max-columns', '1200', '--max-columns-preview', '--sort', 'path'],
  ...['--null', '--line-number', '--with-filename', '--no-heading', '--color', 'never', '--ignore-case'],
];

/** Where ripgrep is, when it is one that knows all we tell it; else null. */
export async function probeRipgrep({
  layout,
  view,
}: Pick<CommandPlace, 'layout' | 'view'>): Promise<string | null> {
  try {
    const program = await findProgram('rg', layout.tree, view.path);
    const { exitCode, stderr } = await call({
      program,
      args: [...FLAGS, '-e', 'x', '.'],
      layout,
      view,
      timeoutMs: PROBE_TIMEOUT_MS,
    });
    return exitCode === 1 && stderr === '' ? program : null;
  } catch (error) {
    if (error instanceof TammaError) return null;
    throw error;
  }
}

export async function grepWithRipgrep(at: SearchPlace, program: string, hunt: Hunt): Promise<string> {
  const { text, isPattern } = hunt.request;
  const kind = isPattern ? [] : ['--fixed-strings'];
  const args = [...FLAGS, ...kind, '-e', text, '--', hunt.below === '' ? '.' : `./${hunt.below}`];
  const { exitCode, stdout, stderr } = await call({
    program,
    args,
    ...at.place,
    timeoutMs: at.searchTimeoutMs,
  });
  // With its messages off it speaks only of a pattern that it cannot use; 2 alone means that some file could not be read.
  if (exitCode === 2 && stderr !== '') {
    throw badSearch(`is not one that ripgrep understands (${stderr.trim().slice(0, SAID_MAX_CHARACTERS)})`);
  }
  return stdout;
}

interface Call extends Pick<CommandPlace, 'layout' | 'view'> {
  readonly program: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
}

interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function call({ program, args, layout, view, timeoutMs }: Call): Promise<Answer> {
  const settings = {
    cwd: layout.tree,
    env: { PATH: searchDirectories(view.path).join(':'), LC_ALL: 'C.UTF-8' },
    timeout: timeoutMs,
    maxBuffer: OUTPUT_MAX_BYTES,
    killSignal: 'SIGKILL',
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      const exitCode = exitCodeOf(error);
      if (exitCode !== undefined) resolve({ exitCode, stdout, stderr });
      else reject(error?.killed ? slowSearch(timeoutMs) : brokenSearch(error));
    });
    child.stdin?.end();
  });
}

/** Undefined when it gave no answer. More output than we keep is one: the first hits are what is wanted. */
function exitCodeOf(error: ExecFileException | null): number | undefined {
  if (error === null) return 0;
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 0;
  return typeof error.code === 'number' ? error.code : undefined;
}

function brokenSearch(cause: unknown): TammaError {
  return new TammaError('WORKSPACE_SEARCH_FAILED', 'ripgrep ended without an answer', {
    class: 'system',
    remedy: 'Check that `rg` runs where the worker does, or take it off its PATH: git searches then.',
    cause,
  });
}
