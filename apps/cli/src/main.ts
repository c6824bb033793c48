import { EXIT } from './exit-code.ts';
import { runCli } from './run.ts';

const stopper = new AbortController();
// Once: a second Ctrl-C ends the process whatever it does.
process.once('SIGINT', () => stopper.abort());
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads has enough, such as "head".
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  process.stderr.write(`tamma: cannot write: ${error.message}\n`);
  process.exit(EXIT.failed);
});

process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  folder: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  stop: stopper.signal,
});
