import type { AiRequest, AssistantBlock, Message, ToolDescription, UserBlock } from '../ai-provider.ts';

type ToolCall = Extract<AssistantBlock, { type: 'tool_call' }>;
type ToolResult = Extract<UserBlock, { type: 'tool_result' }>;

const RULES = `You work in the current folder, with the tools you have yourself. You may read and change files there. Nobody
can answer you while you work: do not ask, do not wait, start nothing that goes on after you.

Beside your own tools there are those below. To call one, end your answer with one block like this, and nothing after it:

\`\`\`json
{"tool": "name of the tool", "input": {}}
\`\`\`

The input has to fit the JSON Schema of the tool. Several calls at once are an array of such objects in that one block. Each is
run for you when you have ended, and you are started again with what came of it.`;

const TEXT_RULES = `You work in the current folder, with the tools you have yourself. Nobody can answer you while you work: do not
ask, do not wait, start nothing that goes on after you.`;

/** The whole conversation as one text: a program keeps nothing from one run to the next. */
export function renderPrompt(request: AiRequest): string {
  const { system, messages, tools, resultTool } = request;
  const [first, ...later] = messages;
  const parts = [
    section('Instructions', system),
    section('How to work and answer', rulesFor(tools, resultTool)),
    section('Task', first === undefined ? '' : renderMessage(first, new Map())),
    section('What happened so far', renderLater(later)),
    later.length > 0 ? 'Go on from there.' : '',
  ];
  // Arguments of programs end at a NUL.
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .replaceAll('\0', '')
    .toWellFormed();
}

function section(title: string, text: string): string {
  return text.trim() === '' ? '' : `# ${title}\n\n${text.trim()}`;
}

function rulesFor(tools: readonly ToolDescription[], resultTool: string | undefined): string {
  if (tools.length === 0) return TEXT_RULES;
  const end =
    resultTool === undefined
      ? ''
      : `\n\nWhen everything is done, hand in the result by calling ${resultTool}.`;
  return `${RULES}${end}\n\n${tools.map(renderTool).join('\n\n')}`;
}

function renderTool({ name, description, inputSchema }: ToolDescription): string {
  const { $schema: _dialect, ...schema } = inputSchema;
  return `## ${name}\n${description}\nInput: ${JSON.stringify(schema)}`;
}

function renderLater(messages: readonly Message[]): string {
  const names = new Map(messages.flatMap(callsOf).map(({ id, name }) => [id, name]));
  return messages
    .map((message) => renderMessage(message, names))
    .filter((text) => text !== '')
    .join('\n\n');
}

function callsOf(message: Message): readonly ToolCall[] {
  return message.role === 'user' ? [] : message.content.filter((block) => block.type === 'tool_call');
}

function renderMessage(message: Message, names: ReadonlyMap<string, string>): string {
  const blocks: readonly (UserBlock | AssistantBlock)[] = message.content;
  return blocks
    .map((block) => renderBlock(block, message.role, names))
    .filter((text) => text !== '')
    .join('\n\n');
}

function renderBlock(
  block: UserBlock | AssistantBlock,
  role: Message['role'],
  names: ReadonlyMap<string, string>,
): string {
  if (block.type === 'opaque') return '';
  if (block.type === 'tool_call') return `You called ${block.name} with ${JSON.stringify(block.input)}`;
  if (block.type === 'tool_result') return renderResult(block, names.get(block.callId) ?? 'a tool');
  if (block.text === '') return '';
  return role === 'user' ? block.text : `You said:\n${fence('said', block.text)}`;
}

function renderResult({ content, isError }: ToolResult, name: string): string {
  return `${name} ${isError ? 'failed with' : 'answered'}:\n${fence('tool-output', content)}`;
}

/** What stands within cannot end the fence. */
function fence(tag: string, text: string): string {
  return `<${tag}>\n${text.replace(new RegExp(`<\\s*/\\s*(?=${tag})`, 'gi'), '<\\/')}\n</${tag}>`;
}
