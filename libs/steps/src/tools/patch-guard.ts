import { ToolRefusal } from '@tamma/ai-provider';
import { isKeptPath, type PatchLimits } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { findSecretsIn } from '@tamma/workspace/secrets';
import { plainPath } from './paths.ts';

/** A change of one file that is about to be made; null: it is removed. */
interface FileChange {
  readonly path: string;
  readonly text: string | null;
}

/**
 * Refuses a change of a file right away that would not be let through at the push: the model can still do otherwise. What
 * was there when the conversation began does not count against it.
 */
export interface PatchGuard {
  allow(change: FileChange): Promise<void>;
}

export function createPatchGuard(workspace: Workspace, limits: PatchLimits): PatchGuard {
  /** Lines each file differs by from what was checked out, as far as they were changed here. */
  const linesByPath = new Map<string, number>();
  return {
    async allow({ path: named, text }) {
      const path = plainPath(named);
      if (isKeptPath(path, limits)) throw keptPath(path);
      const before = path === '' ? null : await workspace.readFileAt(workspace.startCommit, path);
      if (text !== null) await refuseSecrets({ path, text }, before);
      const files = new Set([...(await workspace.changedFiles()), path]);
      if (files.size > limits.filesMax)
        throw tooLarge(path, `${files.size} files`, `${limits.filesMax} files`);
      const changed = new Map(linesByPath).set(path, linesBetween(before ?? '', text ?? ''));
      const lines = [...changed.values()].reduce((sum, count) => sum + count, 0);
      if (lines > limits.linesMax) throw tooLarge(path, `${lines} lines`, `${limits.linesMax} lines`);
      linesByPath.set(path, changed.get(path) ?? 0);
    },
  };
}

/** Lines that only one of both has: never more than a patch between them counts. */
export function linesBetween(before: string, after: string): number {
  const counts = new Map<string, number>();
  for (const line of linesOf(before)) counts.set(line, (counts.get(line) ?? 0) - 1);
  for (const line of linesOf(after)) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Only what is new counts: a repository may hold something for its tests that looks like a secret. */
async function refuseSecrets(after: { path: string; text: string }, before: string | null): Promise<void> {
  const { path, text } = after;
  const found = await findSecretsIn(text, path);
  if (found.length === 0) return;
  const known = before === null ? [] : await findSecretsIn(before, path);
  if (found.length <= known.length) return;
  const places = found.map(({ line, kind }) => `line ${line}: ${kind}`).join('; ');
  throw new ToolRefusal('secret', path, {
    why: `the new text of ${path} holds what looks like a secret (${places}), so nothing was written`,
    remedy: 'Read it from the environment or a setting instead; in tests, put it together from parts.',
  });
}

function keptPath(path: string): ToolRefusal {
  return new ToolRefusal('path', path, {
    why: `${path} steers builds, releases or permissions, or the project protects it: only a person changes it`,
    remedy: 'Do it without changing this file, or say in the result what a person should change there.',
  });
}

function tooLarge(path: string, found: string, max: string): ToolRefusal {
  return new ToolRefusal('patch', path, {
    why: `with this the change would have ${found}; this project allows ${max}`,
    remedy: 'Make the change smaller, or take back what it does not need.',
  });
}
