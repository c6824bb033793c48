import { existsSync } from 'node:fs';
import { reportError } from '@tamma/domain';
import {
  formatProblems,
  loadConfig,
  onCrash,
  onShutdownSignal,
  type ProcessSettings,
  parseEnvironment,
  readEnvironment,
} from '@tamma/process';
import { ensureExample } from './example.ts';
import { parseFlags, USAGE } from './flags.ts';
import { ConfigRefused, launch } from './launch.ts';
import { createScreen } from './terminal/screen.ts';

const EXIT_FAILED = 1;
const EXIT_CONFIGURATION = 2;

const parsedFlags = parseFlags(process.argv.slice(2));
if (!parsedFlags.ok) refuse(`${parsedFlags.message}\n\n${USAGE}`);
const { flags } = parsedFlags;
if (flags.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}

const screen = createScreen(process.stdout);
const stopper = new AbortController();
onCrash(fail);
const ended = Promise.withResolvers<void>();
onShutdownSignal(
  () => {
    stopper.abort(new Error('stopped by a person'));
    return ended.promise;
  },
  (error) => fail(error),
);

try {
  const exitCode = await run();
  ended.resolve();
  process.exit(exitCode);
} catch (thrown) {
  if (thrown instanceof ConfigRefused) refuse(thrown.message);
  if (stopper.signal.aborted && thrown === stopper.signal.reason) process.exit(0);
  fail(thrown);
}

async function run(): Promise<number> {
  const own = await readEnvironment(process.cwd(), process.env);
  const parsed = parseEnvironment(own, process.cwd());
  if (!parsed.ok) throw new ConfigRefused(formatProblems(parsed.problems));
  const { settings } = parsed;
  const path = await chooseConfigFile(settings, own.PATH ?? '');
  const environment = { ...own, TAMMA_CONFIG: path, TAMMA_HOME: settings.home };
  const file = { path, required: true };
  const loaded = await loadConfig({ file, environment });
  if (!loaded.ok) throw new ConfigRefused(formatProblems(loaded.problems));
  const { config } = loaded;
  return launch({
    flags,
    config,
    settings,
    environment,
    screen,
    output: process.stdout,
    stop: stopper.signal,
  });
}

/** A person's own file, or the example project when there is none. */
async function chooseConfigFile({ configFile, home }: ProcessSettings, searchPath: string): Promise<string> {
  if (configFile.required || existsSync(configFile.path)) return configFile.path;
  screen.note(`no ${configFile.path}: working the example project, whose model answers are canned`);
  return ensureExample(home, searchPath);
}

function refuse(message: string): never {
  process.stderr.write(`${message.trimEnd()}\n`);
  process.exit(EXIT_CONFIGURATION);
}

function fail(thrown: unknown): never {
  const { message, remedy } = reportError(thrown);
  screen.close();
  process.stderr.write(`tamma: ${message}${remedy === undefined ? '' : `\n  ${remedy}`}\n`);
  process.exit(EXIT_FAILED);
}
