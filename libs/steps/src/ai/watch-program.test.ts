import type { AiProvider } from '@tamma/ai-provider';
import { createCommandProvider } from '@tamma/ai-provider/command';
import { type Fact, FREE } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { type Attempt, attempt, typesOf } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { buildAgent, createQueuedModel, finish } from '../testing/model.ts';
import { seedIntake } from '../testing/seeds.ts';
import { watchProgram } from './watch-program.ts';

const TOKEN = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
const CALL = `\`\`\`json\n${JSON.stringify({ tool: 'finish', input: ANSWERS.clarification })}\n\`\`\``;

/** A program that puts out these events of Claude Code and ends, with its prompt in an argument. */
function programThat(events: readonly object[], { exitCode = 0 } = {}): AiProvider {
  const output = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const script = 'process.stdout.write(process.argv[2]); process.exitCode = Number(process.argv[1])';
  return createCommandProvider({
    command: ['node', '-e', script, String(exitCode), output, `--key=${TOKEN}`, '{prompt}'],
    format: 'claude',
    model: 'default',
    variables: {},
    readable: [],
    timeoutMs: 30_000,
    price: FREE,
  });
}

function uses(id: string, name: string, input: object) {
  return { type: 'assistant', message: { content: [{ type: 'tool_use', id, name, input }] } };
}

function answers(id: string, isError: boolean) {
  const result = { type: 'tool_result', tool_use_id: id, is_error: isError };
  return { type: 'user', message: { content: [result] } };
}

const END = { type: 'result', subtype: 'success', is_error: false, result: `Done.\n\n${CALL}` };

async function run(provider: AiProvider, options: Parameters<typeof attempt>[2] = {}): Promise<Attempt> {
  await using bench = await createBench({ agents: [buildAgent(provider)] });
  seedIntake(bench);
  return await attempt(bench, 'clarification', options);
}

function dataOf({ facts }: Attempt, type: string): readonly unknown[] {
  return facts.filter((fact) => fact.type === type).map(({ data }) => data);
}

describe('what a coding program does', () => {
  it('is told run by run and tool by tool, before what it answered', async () => {
    const made = await run(
      programThat([
        uses('a', 'Bash', { command: 'npm test', description: 'tests' }),
        answers('a', true),
        uses('b', 'Write', { file_path: 'src/a.js', content: 'let a = 1;' }),
        answers('b', false),
        END,
      ]),
    );
    expect(made.outcome.kind).to.equal('done');
    expect(typesOf(made).slice(0, 4)).to.have.members([
      'AI.TOOL.CALLED',
      'AI.TOOL.CALLED',
      'AI.COMMAND.RAN',
      'AI.RESPONSE.RECEIVED',
    ]);
    expect(typesOf(made)[3]).to.equal('AI.RESPONSE.RECEIVED');
    expect(dataOf(made, 'AI.TOOL.CALLED').slice(0, 2)).to.deep.equal([
      { tool: 'Bash', ok: false, summary: 'Bash npm test' },
      { tool: 'Write', ok: true, summary: 'Write src/a.js' },
    ]);
    const [ran] = dataOf(made, 'AI.COMMAND.RAN');
    expect(ran).to.include({ exitCode: 0, timedOut: false, sandbox: 'none' });
    expect(ran)
      .to.have.property('command')
      .that.matches(/^node -e /);
  });

  it('is told without secrets and without its prompt', async () => {
    const made = await run(programThat([uses('a', 'Bash', { command: `curl -H ${TOKEN} x` }), END]));
    const told = JSON.stringify(made.facts);
    expect(told).to.contain('[secret removed]').and.not.contain(TOKEN);
    const [ran] = dataOf(made, 'AI.COMMAND.RAN');
    expect(ran).to.have.property('command').that.has.length.below(501);
    expect(JSON.stringify(ran)).to.not.contain('# Task');
  });

  it('is told of a run that failed, too', async () => {
    const failure = { type: 'result', subtype: 'success', is_error: true, result: 'Invalid API key' };
    await using bench = await createBench({
      agents: [
        buildAgent(programThat([uses('a', 'Read', { file_path: 'x' }), failure], { exitCode: 1 }), 'broken'),
        buildAgent(queued(), 'other'),
      ],
    });
    seedIntake(bench);
    const made = await attempt(bench, 'clarification');
    const told = dataOf(made, 'AI.COMMAND.RAN');
    expect(told).to.have.lengthOf(1);
    expect(told[0]).to.include({ exitCode: 1 });
    // Nobody heard how it went.
    expect(dataOf(made, 'AI.TOOL.CALLED')[0]).to.deep.equal({ tool: 'Read', ok: false, summary: 'Read x' });
    expect(made.outcome.kind).to.equal('done');
  });

  it('is told of a run that was broken off, and nothing of one that never began', async () => {
    await using bench = await createBench();
    const { cloneUrl } = bench.platform;
    await using workspace = await bench.workspaces.open({ key: 'k', cloneUrl, branch: 'main' });
    const facts: Fact[] = [];
    const program = watchProgram({ tell: async (fact) => void facts.push(fact) }, workspace);
    const stop = new AbortController();
    const runCli = (argv: readonly string[], onOutput = () => {}) =>
      program.runCli({ ...QUIET, argv, onOutput, signal: stop.signal });

    expect(await runCli(['no-such-cli']).catch(() => 'absent')).to.equal('absent');
    await program.told();
    expect(facts).to.deep.equal([]);

    const reason = new Error('too dear');
    const thrown = await runCli(['sh', '-c', 'echo begun; sleep 600'], () => stop.abort(reason)).catch(
      String,
    );
    expect(thrown).to.equal(String(reason));
    await program.told();
    expect(facts.map(({ data }) => data)).to.have.lengthOf(1);
    expect(facts[0]?.data).to.include({ exitCode: null, sandbox: 'unknown' });
  });

  it('fails its step, and not the program, where it cannot be told', async () => {
    await using bench = await createBench();
    const { cloneUrl } = bench.platform;
    await using workspace = await bench.workspaces.open({ key: 'k', cloneUrl, branch: 'main' });
    const tell = () => Promise.reject(new Error('Redis is away'));
    const program = watchProgram({ tell }, workspace);
    const { signal } = new AbortController();
    const ran = await program.runCli({ ...QUIET, argv: ['true'], onOutput: () => {}, signal });
    expect(ran.exitCode).to.equal(0);
    expect(await program.told().catch(String)).to.equal('Error: Redis is away');
  });
});

const QUIET = {
  stdin: '',
  variables: {},
  readable: [],
  network: false,
  timeoutMs: 60_000,
  outputMax: 1000,
} as const;

function queued() {
  const model = createQueuedModel();
  model.queue(finish(ANSWERS.clarification));
  return model;
}
