import { defineTool, type Tool } from '@tamma/ai-provider';
import { TammaError } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { z } from 'zod';

const path = z.string().min(1);

/** Tools that change files, inside the workspace only. */
export function writeTools(workspace: Workspace): readonly Tool[] {
  return [
    defineTool({
      name: 'write_file',
      description: 'Creates a file or replaces its whole text.',
      input: z.strictObject({ path, text: z.string() }),
      run: async (input) => {
        await workspace.writeFile(input.path, input.text);
        return `wrote ${input.path}`;
      },
    }),
    defineTool({
      name: 'edit_file',
      description: 'Replaces one exact piece of text, which must occur exactly once.',
      input: z.strictObject({ path, find: z.string().min(1), replace: z.string() }),
      run: async (input) => {
        const text = await workspace.readFile(input.path);
        await workspace.writeFile(input.path, replaceOnce(text, input));
        return `edited ${input.path}`;
      },
    }),
    defineTool({
      name: 'delete_file',
      description: 'Deletes a file.',
      input: z.strictObject({ path }),
      run: async (input) => {
        await workspace.removeFile(input.path);
        return `deleted ${input.path}`;
      },
    }),
  ];
}

function replaceOnce(text: string, edit: { path: string; find: string; replace: string }): string {
  const first = text.indexOf(edit.find);
  if (first === -1) {
    throw new TammaError(
      'TEXT_NOT_FOUND',
      `${edit.path} does not hold that text; read the file and copy it exactly`,
    );
  }
  if (text.includes(edit.find, first + 1)) {
    throw new TammaError(
      'TEXT_NOT_UNIQUE',
      `${edit.path} holds that text more than once; take in more around it`,
    );
  }
  return text.slice(0, first) + edit.replace + text.slice(first + edit.find.length);
}
