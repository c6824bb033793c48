import { SUMMARY_MAX, TOOL_NAME_MAX } from '../agent-limits.ts';
import type { OwnToolCall } from '../ai-provider.ts';
import { toLine } from '../line.ts';
import type { CliFacts, CliTool } from './cli-facts.ts';

/** Calls of one run that are told one by one; of what is beyond only the number. */
export const OWN_TOOLS_MAX = 200;

/** What says best what a tool was used on, the first that is there; the bodies of files never do. */
const MAIN_ARGUMENTS = [
  ...['command', 'file_path', 'filePath', 'absolute_path', 'notebook_path', 'dir_path', 'path', 'pattern'],
  ...['url', 'query', 'description', 'name'],
];

/** The tools that a program calls by itself, each told once it says how that went. */
export class ToolLog {
  readonly #tell: (call: OwnToolCall) => void;
  readonly #open = new Map<string, CliTool>();
  #count = 0;

  constructor(tell: (call: OwnToolCall) => void) {
    this.#tell = tell;
  }

  take({ tools = [], answered = [] }: CliFacts): void {
    for (const tool of tools) this.#begin(tool);
    for (const { id, ok } of answered) this.#finish(id, ok);
  }

  /** Of what nobody heard the end of it is not known that it went well. */
  end(): void {
    for (const id of [...this.#open.keys()]) this.#finish(id, false);
    const more = this.#count - OWN_TOOLS_MAX;
    if (more > 0) this.#tell({ tool: 'more', ok: true, summary: `${more} more calls of tools` });
  }

  #begin(tool: CliTool): void {
    this.#count += 1;
    if (this.#count > OWN_TOOLS_MAX) return;
    if (tool.id === undefined || tool.ok !== undefined) this.#tell(describe(tool, tool.ok ?? true));
    else this.#open.set(tool.id, tool);
  }

  #finish(id: string, ok: boolean): void {
    const tool = this.#open.get(id);
    if (tool === undefined) return;
    this.#open.delete(id);
    this.#tell(describe(tool, ok));
  }
}

function describe({ name, input }: CliTool, ok: boolean): OwnToolCall {
  const summary = toLine(`${name} ${mainArgument(input)}`, SUMMARY_MAX);
  return { tool: toLine(name, TOOL_NAME_MAX), ok, summary };
}

function mainArgument(input: unknown): string {
  if (typeof input === 'string') return input;
  if (typeof input !== 'object' || input === null) return '';
  const values = MAIN_ARGUMENTS.map((name): unknown =>
    Object.hasOwn(input, name) ? Reflect.get(input, name) : undefined,
  );
  const main = values.find((value) => typeof value === 'string' || isWords(value));
  return isWords(main) ? main.join(' ') : String(main ?? '');
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}
