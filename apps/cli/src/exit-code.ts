/** What the process tells whoever started it; docs/cli.md has the same table. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  needsPerson: 3,
  unreachable: 4,
  notPermitted: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  [EXIT.done]: 'done',
  [EXIT.failed]: 'the server refused, or something failed; watch: the workflow failed or was cancelled',
  [EXIT.usage]: 'wrong usage or configuration',
  [EXIT.needsPerson]: 'watch --exit-on-wait: the workflow waits for a person',
  [EXIT.unreachable]: 'the server cannot be reached',
  [EXIT.notPermitted]: 'not signed in, or not permitted',
  [EXIT.interrupted]: 'stopped with Ctrl-C',
};
