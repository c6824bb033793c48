import { defineTool, type Tool, ToolRefusal } from '@tamma/ai-provider';
import type { PatchLimits } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { z } from 'zod';
import { createPatchGuard, type PatchGuard } from './patch-guard.ts';
import { filePath as path, within } from './paths.ts';
import { replaceText } from './replace-text.ts';

/** What a file may hold to be read again. */
const FILE_MAX_BYTES = 1024 * 1024;
/** As long as it likes to be: what is too long for a file is refused by name, which the audit trail keeps. */
const text = z.string().refine((value) => !value.includes('\0'), 'holds a NUL character');

/** Tools that change files, inside the workspace and the limits of a change only. */
export function writeTools(workspace: Workspace, patchLimits: PatchLimits): readonly Tool[] {
  const guard = createPatchGuard(workspace, patchLimits);
  return [writeTool(workspace, guard), editTool(workspace, guard), deleteTool(workspace, guard)];
}

function writeTool(workspace: Workspace, guard: PatchGuard): Tool {
  return defineTool({
    name: 'write_file',
    description: 'Creates a file or replaces its whole text, of 1 MiB at most.',
    input: z.strictObject({ path, text }),
    run: async (input) => {
      await put(workspace, guard, input);
      return `wrote ${input.path}`;
    },
  });
}

function editTool(workspace: Workspace, guard: PatchGuard): Tool {
  return defineTool({
    name: 'edit_file',
    description:
      'Replaces one exact piece of text, which must occur exactly once; with replaceAll, every place it occurs.',
    input: z.strictObject({
      path,
      find: text.min(1),
      replace: text,
      replaceAll: z.boolean().optional(),
    }),
    run: async (input) => {
      const before = await within(input.path, () => workspace.readFile(input.path));
      const { text, places } = replaceText(before, input);
      await put(workspace, guard, { path: input.path, text });
      return places === 1 ? `edited ${input.path}` : `edited ${input.path} in ${places} places`;
    },
  });
}

function deleteTool(workspace: Workspace, guard: PatchGuard): Tool {
  return defineTool({
    name: 'delete_file',
    description: 'Deletes a file.',
    input: z.strictObject({ path }),
    run: async (input) => {
      await within(input.path, async () => {
        await guard.allow({ path: input.path, text: null });
        await workspace.removeFile(input.path);
      });
      return `deleted ${input.path}`;
    },
  });
}

async function put(workspace: Workspace, guard: PatchGuard, file: { path: string; text: string }) {
  if (Buffer.byteLength(file.text) > FILE_MAX_BYTES) throw tooLong(file.path);
  await within(file.path, async () => {
    await guard.allow(file);
    await workspace.writeFile(file.path, file.text);
  });
}

function tooLong(name: string): ToolRefusal {
  return new ToolRefusal('limit', name, {
    why: `${name} would be longer than ${FILE_MAX_BYTES} bytes, so nothing was written`,
    remedy: 'Split it into several files.',
  });
}
