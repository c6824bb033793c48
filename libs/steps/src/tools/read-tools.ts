import { defineTool, type Tool } from '@tamma/ai-provider';
import type { Workspace } from '@tamma/workspace';
import { z } from 'zod';

/** Tools that look and change nothing. */
export function readTools(workspace: Workspace): readonly Tool[] {
  return [
    defineTool({
      name: 'list_files',
      description: 'Lists the files of the repository, one path a line.',
      input: z.strictObject({}),
      run: async () => (await workspace.listFiles()).join('\n'),
    }),
    defineTool({
      name: 'read_file',
      description: 'Returns the whole text of one file.',
      input: z.strictObject({ path: z.string().min(1) }),
      run: ({ path }) => workspace.readFile(path),
    }),
    defineTool({
      name: 'search',
      description: 'Finds lines that hold the text, in any case, as path:line: text.',
      input: z.strictObject({ text: z.string().min(1) }),
      run: async ({ text }) => {
        const hits = await workspace.search(text);
        return hits.map((hit) => `${hit.path}:${hit.line}: ${hit.text}`).join('\n') || 'nothing found';
      },
    }),
  ];
}
