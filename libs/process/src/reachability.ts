import type { Project } from '@tamma/contracts';
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

/**
 * Commands of a repository that may reach the network reach this machine's own addresses as well, and with them an API that
 * takes everybody there at their word.
 */
export function judgeOpenCommands(
  projects: readonly Project[],
  sourceOf: (path: string) => string,
  authentication: Authentication,
): readonly ConfigProblem[] {
  if (authentication === 'token') return [];
  return projects.flatMap((project, index) =>
    openPlacesOf(project).map((place) => {
      const path = `projects[${index}].${place}`;
      return {
        path,
        source: sourceOf(path),
        message:
          'commands that may reach the network reach this API too, where without tokens everybody may approve',
        remedy: 'Set TAMMA_TOKEN or TAMMA_TOKENS, or keep these commands off the network.',
      };
    }),
  );
}

function openPlacesOf({ gates, ai }: Project): readonly string[] {
  const commands = (['prepare', 'build', 'test', 'security'] as const).filter(
    (name) => gates[name]?.network === true,
  );
  const programs = Object.entries(ai.agents).filter(([, agent]) => agent.provider === 'command');
  return [
    ...commands.map((name) => `gates.${name}.network`),
    ...(ai.commandNetwork && ai.commands.length > 0 ? ['ai.commandNetwork'] : []),
    ...programs.map(([name]) => `ai.agents.${name}`),
  ];
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}
