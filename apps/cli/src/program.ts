import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { agentsCommand } from './commands/agents.ts';
import { approvalsCommand } from './commands/approvals.ts';
import { budgetCommand } from './commands/budget.ts';
import { checkCommand } from './commands/check.ts';
import { completionCommand } from './commands/completion.ts';
import {
  cancelCommand,
  overrideCommand,
  priorityCommand,
  resumeCommand,
  retryCommand,
  skipCommand,
  suspendCommand,
} from './commands/control.ts';
import { answerCommand, approveCommand, editCommand, rejectCommand } from './commands/decide.ts';
import { eventsCommand } from './commands/events.ts';
import { explainCommand } from './commands/explain.ts';
import { issuesCommand } from './commands/issues.ts';
import { projectsCommand, tasksCommand, workersCommand } from './commands/lists.ts';
import { pauseQueueCommand, queuesCommand, resumeQueueCommand } from './commands/queues.ts';
import { showCommand } from './commands/show.ts';
import { statusCommand } from './commands/status.ts';
import { submitCommand } from './commands/submit.ts';
import { submitTaskCommand, taskCommand } from './commands/task.ts';
import { tokenCommand } from './commands/token.ts';
import { watchCommand } from './commands/watch.ts';
import { type Context, createContext, type OpenContext, type Runtime } from './context.ts';
import { EXIT_MEANINGS } from './exit-code.ts';
import { TIMEOUT_DEFAULT } from './settings.ts';
import { readVersion } from './version.ts';

/** The whole command line. `exitWith` hears what the command that ran wants the process to end with. */
export function buildProgram(runtime: Runtime, exitWith: Context['exitWith']): CommandUnknownOpts {
  const program = new Command('tamma')
    .description('Looks at Tamma, decides what waits for a person, and steers the work.')
    .option('--url <url>', 'where the server is (TAMMA_URL; default: http://127.0.0.1:3000)')
    .option('--timeout <time>', `how long one request may take (default: ${TIMEOUT_DEFAULT})`)
    .option('--json', 'print what the API said, a line each')
    .option('--no-color', 'no colors (NO_COLOR)')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this, or help for a command');
  const open = () => createContext(program.opts(), runtime, exitWith);
  addHelp(program, runtime);
  for (const [heading, commands] of Object.entries(groupsOf(open, () => program))) {
    for (const command of commands) {
      program.addCommand(command.copyInheritedSettings(program).helpGroup(heading));
      for (const inner of command.commands) inner.copyInheritedSettings(program);
    }
  }
  return program;
}

/** Under the headings of the help. */
function groupsOf(
  open: OpenContext,
  program: () => CommandUnknownOpts,
): Readonly<Record<string, readonly CommandUnknownOpts[]>> {
  return {
    'Look:': [
      statusCommand(open),
      showCommand(open),
      explainCommand(open),
      watchCommand(open),
      eventsCommand(open),
      tasksCommand(open),
      taskCommand(open),
      queuesCommand(open),
      workersCommand(open),
      agentsCommand(open),
      projectsCommand(open),
      issuesCommand(open),
    ],
    'Decide:': [
      approvalsCommand(open),
      approveCommand(open),
      rejectCommand(open),
      editCommand(open),
      answerCommand(open),
    ],
    'Steer:': [
      submitCommand(open),
      submitTaskCommand(open),
      cancelCommand(open),
      suspendCommand(open),
      resumeCommand(open),
      retryCommand(open),
      overrideCommand(open),
      skipCommand(open),
      priorityCommand(open),
      pauseQueueCommand(open),
      resumeQueueCommand(open),
      budgetCommand(open),
    ],
    'Set up:': [checkCommand(open), tokenCommand(open), completionCommand(open, program)],
  };
}

function addHelp(program: CommandUnknownOpts, { stdout, stderr }: Runtime): void {
  program
    .exitOverride()
    .showHelpAfterError('("tamma --help" lists what there is)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text.replace(/^error: /, 'tamma: ')),
      getOutHelpWidth: () => stdout.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => stderr.columns ?? HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', HELP_END);
}

const HELP_WIDTH = 100;
const HELP_END = `
Environment (the .env file of the folder is read):
  TAMMA_URL         where the server is
  TAMMA_TOKEN       your token, where the server has tokens; or TAMMA_TOKEN_FILE, a file that holds it

Exit codes:
${Object.entries(EXIT_MEANINGS)
  .map(([code, meaning]) => `  ${code.padEnd(4)} ${meaning}`)
  .join('\n')}`;
