import type { Environment } from './config-overrides.ts';
import type { ConfigProblem } from './config-problem.ts';

const TOKEN_VARIABLES = ['TAMMA_TOKENS', 'TAMMA_TOKEN', 'TAMMA_TOKENS_FILE', 'TAMMA_TOKEN_FILE'] as const;

/**
 * Who may reach the API. Without tokens every caller may command it, so it must not leave this machine; and a
 * token that is set but not asked for would be a promise that nobody keeps.
 */
export function judgeReachability(
  host: { readonly value: string; readonly source: string },
  environment: Environment,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = TOKEN_VARIABLES.filter((name) => (environment[name] ?? '') !== '').map(
    (name) => ({
      path: name,
      source: 'environment',
      message: 'tokens are not supported by this version yet, so nobody would be asked for one',
      remedy: `Unset ${name}, and let it listen on loopback.`,
    }),
  );
  if (!isLoopback(host.value)) {
    problems.push({
      path: 'server.host',
      source: host.source,
      message: 'without tokens it listens on loopback only: anyone who reaches it could command it',
      remedy: 'Set it to 127.0.0.1, and reach it from elsewhere through a tunnel.',
    });
  }
  return problems;
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}
