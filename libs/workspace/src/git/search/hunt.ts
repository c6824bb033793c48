import { TammaError } from '@tamma/domain';
import type { SearchRequest } from '../../workspace.ts';
import type { CommandPlace } from '../commands/run-command.ts';
import type { Git } from '../git.ts';

export interface SearchPlace {
  readonly git: Git;
  readonly place: CommandPlace;
  readonly ripgrep: string | null;
  readonly searchTimeoutMs: number;
}

/** One search by either program: what for, and below which part of the tree; empty: all of it. */
export interface Hunt {
  readonly request: SearchRequest;
  readonly below: string;
}

export function badSearch(why: string): TammaError {
  return new TammaError('WORKSPACE_SEARCH_REFUSED', `the search was not made: the pattern ${why}`, {
    class: 'validation',
    remedy: 'Search for a plain text, or write a simpler pattern.',
  });
}

export function slowSearch(timeoutMs: number): TammaError {
  return new TammaError(
    'WORKSPACE_SEARCH_SLOW',
    `the search was ended: it took longer than ${timeoutMs / 1000} s`,
    {
      class: 'validation',
      remedy: 'Search for a plain text, a simpler pattern, or in one folder only.',
    },
  );
}
