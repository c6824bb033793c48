import { defineTool, type Tool } from '@tamma/ai-provider';
import type { Workspace } from '@tamma/workspace';
import { z } from 'zod';
import { excerptOf } from './excerpt.ts';
import { LIST_MAX, listOf } from './file-list.ts';
import { filePath, plainPath, within } from './paths.ts';

const TEXT_MAX_CHARACTERS = 500;
const line = z.int().min(1).optional();
const pattern = z.string().min(1).max(TEXT_MAX_CHARACTERS).optional();

/** Tools that look and change nothing. */
export function readTools(workspace: Workspace): readonly Tool[] {
  return [listTool(workspace), readTool(workspace), searchTool(workspace)];
}

function listTool(workspace: Workspace): Tool {
  return defineTool({
    name: 'list_files',
    readsOnly: true,
    description:
      'Lists the files of the repository, one path a line; large folders are summed up. `path` is a folder, ' +
      '`glob` such as src/**/*.js.',
    input: z.strictObject({
      path: z.string().max(TEXT_MAX_CHARACTERS).optional(),
      glob: pattern,
      max: z.int().min(1).max(LIST_MAX).optional(),
    }),
    run: async ({ path = '', glob, max }) => {
      const folder = plainPath(path);
      return listOf(await workspace.listFiles(), { folder, glob, max });
    },
  });
}

function readTool(workspace: Workspace): Tool {
  return defineTool({
    name: 'read_file',
    readsOnly: true,
    description:
      'Returns the text of one file, or of its lines from startLine to endLine, exactly as it is. At most 2,000 ' +
      'lines and 31 KiB at once; a note at the end says how to go on.',
    input: z.strictObject({ path: filePath, startLine: line, endLine: line }),
    run: async (range) => excerptOf(await within(range.path, () => workspace.readFile(range.path)), range),
  });
}

function searchTool(workspace: Workspace): Tool {
  return defineTool({
    name: 'search',
    readsOnly: true,
    description:
      'Finds lines that hold the text, in any case, as path:line: text; at most 200. With `pattern` the text is a ' +
      'regular expression. `path` limits it to a folder, a file or a glob.',
    input: z.strictObject({
      text: z.string().min(1).max(TEXT_MAX_CHARACTERS),
      pattern: z.boolean().optional(),
      path: pattern,
    }),
    run: async ({ text, pattern: isPattern = false, path = '' }) => {
      const paths = plainPath(path);
      const wanted = { text, isPattern, ...(paths === '' ? {} : { paths }) };
      const hits = await within(path, () => workspace.search(wanted));
      return hits.map((hit) => `${hit.path}:${hit.line}: ${hit.text}`).join('\n') || 'nothing found';
    },
  });
}
