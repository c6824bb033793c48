import { TammaError } from '@tamma/domain';
import type { CommandRequest, Workspace, Workspaces } from '../workspace.ts';

/** What a test of the contract starts from: a repository of its own with one commit on `main`. */
export interface ContractWorld extends AsyncDisposable {
  readonly workspaces: Workspaces;
  readonly cloneUrl: string;
  /** Commits `files` on a branch of the repository as somebody else would, making the branch from `main` if need be. */
  commitElsewhere(branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** The commit a branch of the repository is at. */
  headOf(branch: string): Promise<string>;
}

/** `main` of a world holds these files. */
export const CONTRACT_FILES: Readonly<Record<string, string>> = {
  'README.md': '# Sum\n\nAdds numbers.\n',
  'src/sum.js': 'export const sum = (a, b) => a + b;\n',
  '.gitignore': 'ignored/\n',
};

export function commandRequest(argv: readonly string[], rest: Partial<CommandRequest> = {}): CommandRequest {
  return { argv, timeoutMs: 30_000, signal: new AbortController().signal, ...rest };
}

/** Waits for a failure and gives it back; fails when there is none or it is not ours. */
export async function refusal(action: Promise<unknown>): Promise<TammaError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof TammaError) return error;
    throw error;
  }
  throw new Error('expected a TammaError, but it went well');
}

/** Makes a test on a world of its own, with a checkout of `main`. */
export type ContractTest = (
  title: string,
  body: (workspace: Workspace, world: ContractWorld) => Promise<void>,
) => void;
