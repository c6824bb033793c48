import { z } from 'zod';
import { anything, type HandsRequest } from './hands.ts';
import type { Ground } from './world.ts';

const reference = z.object({ object: z.object({ sha: z.string() }) });
const commitRecord = z.object({ tree: z.object({ sha: z.string() }) });
const made = z.object({ sha: z.string() });

interface NewFile {
  readonly path: string;
  readonly content: string;
}

export function committingWith(ground: Ground) {
  let commits = 0;
  return {
    commit: async (branch: string) => {
      commits += 1;
      return await commitFile(ground, branch, { path: `${branch}-${commits}.txt`, content: `${commits}\n` });
    },
    commitConflict: async (branch: string) => {
      const path = 'conflict.txt';
      const ours = await commitFile(ground, branch, { path, content: `of ${branch}\n` });
      await commitFile(ground, 'main', { path, content: 'of main\n' });
      return ours;
    },
  };
}

/** By the Git database of the API: a push needs a clone. */
async function commitFile(ground: Ground, branch: string, { path, content }: NewFile): Promise<string> {
  const { hands, root } = ground;
  const found = await headOf(ground, branch);
  const parent = found ?? (await headOf(ground, 'main')) ?? '';
  const before = await hands.call(commitRecord, { path: `${root}/git/commits/${parent}` });
  const file = { path, mode: '100644', type: 'blob', content };
  const tree = await hands.call(made, {
    method: 'POST',
    path: `${root}/git/trees`,
    body: { base_tree: before.tree.sha, tree: [file] },
  });
  const body = { message: `Change ${path}`, tree: tree.sha, parents: [parent] };
  const { sha } = await hands.call(made, { method: 'POST', path: `${root}/git/commits`, body });
  await moveBranch(ground, branch, { sha, isNew: found === null });
  return sha;
}

async function headOf({ hands, root }: Ground, branch: string): Promise<string | null> {
  const found = await hands.find(reference, { path: `${root}/git/ref/heads/${branch}` });
  return found?.object.sha ?? null;
}

async function moveBranch(
  { hands, root }: Ground,
  branch: string,
  { sha, isNew }: { readonly sha: string; readonly isNew: boolean },
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const request: HandsRequest = isNew
    ? { method: 'POST', path: `${root}/git/refs`, body: { ref, sha } }
    : { method: 'PATCH', path: `${root}/git/${ref}`, body: { sha } };
  await hands.call(anything, request);
}
