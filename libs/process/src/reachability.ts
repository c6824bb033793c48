import type { ConfigProblem } from './config-problem.ts';

/** `none`: whoever reaches the API may command it. */
export type Authentication = 'none' | 'token';

/** Who may reach an API that takes commands: without tokens it must not leave this machine. */
export function judgeReachability(
  host: { readonly value: string; readonly source: string },
  authentication: Authentication,
): readonly ConfigProblem[] {
  if (authentication === 'token' || isLoopback(host.value)) return [];
  return [
    {
      path: 'server.host',
      source: host.source,
      message: 'without tokens it listens on loopback only: anyone who reaches it could command it',
      remedy: 'Set TAMMA_TOKEN or TAMMA_TOKENS, or set it to 127.0.0.1.',
    },
  ];
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}
