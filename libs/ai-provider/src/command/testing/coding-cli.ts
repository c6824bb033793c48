/** A program as coding CLIs are, for tests: what it does is its first argument; its prompt comes on standard input. */
import { text } from 'node:stream/consumers';

const FOREVER_MS = 60_000;
// biome-ignore lint/style/noProcessEnv: whether it is handed on is what a test is about
const { MY_KEY = '' } = process.env;
const [scenario = 'text', ...rest] = process.argv.slice(2);

const FAILURES: Readonly<Record<string, string>> = {
  network: 'stream disconnected before completion',
  authentication: 'Invalid API key sk-live-1234567 · Please run /login',
  'rate-limit': "You've hit your usage limit. Try again in 2 minutes.",
  validation: 'The model claude-nine may not exist or you may not have access to it.',
  unknown: 'Segmentation fault',
};

function callBlock(...calls: readonly (readonly [string, object])[]): string {
  const asked = calls.map(([tool, input]) => ({ tool, input }));
  return `\`\`\`json\n${JSON.stringify(asked.length === 1 ? asked[0] : asked)}\n\`\`\`\n`;
}

/** By the results of tools that the prompt holds. */
function answerTools(prompt: string): string {
  const answered = prompt.split('</tool-output>').length - 1;
  if (answered === 0) {
    return `I look it up.\n\n${callBlock(['lookup', { word: 'tamma' }], ['lookup', { word: 'tamma' }])}`;
  }
  return answered < 3 ? callBlock(['lookup', { word: 'engine' }]) : 'hello from the program\n';
}

async function run(): Promise<void> {
  const prompt = await text(process.stdin);
  const failure = FAILURES[scenario];
  if (failure !== undefined) {
    process.stderr.write(`${failure}\n`);
    process.exitCode = 1;
  } else if (scenario === 'text') process.stdout.write('hello from the program\n');
  else if (scenario === 'tools') process.stdout.write(answerTools(prompt));
  else if (scenario === 'finish') process.stdout.write(callBlock(['finish', { answer: 'hello' }]));
  else if (scenario === 'echo') process.stdout.write(JSON.stringify({ args: rest, prompt, key: MY_KEY }));
  else if (scenario === 'flood') flood();
  else {
    if (scenario === 'stalled') process.stdout.write('hello\n');
    setTimeout(() => undefined, FOREVER_MS);
  }
}

/** Two gigabytes, unless somebody ends it. */
function flood(): void {
  const chunk = 'x'.repeat(1024 * 1024);
  let chunks = 0;
  const more = () => {
    chunks += 1;
    if (chunks <= 2048) process.stdout.write(chunk, more);
  };
  more();
}

await run();
