import { stat } from 'node:fs/promises';
import { codeOf } from '../error-code.ts';
import { mustRun, runCommand } from '../run-command.ts';
import type { Surroundings } from '../surroundings.ts';

/** PostgreSQL refuses to run as root; this is the way around, when we are root. */
export interface RunAs {
  /** Comes before the program on the command line. */
  readonly prefix: readonly string[];
  /** Hands a file or folder to the user that the server runs as. */
  own(path: string): Promise<void>;
}

const COMMAND_TIMEOUT_MS = 30_000;
/** In the namespace root looks like an ordinary user, and is one to PostgreSQL; its files stay root's. */
const IN_NAMESPACE = ['unshare', '--user', '--map-user=1000', '--map-group=1000'];
/** The user `nobody`, by its usual number. */
const NOBODY_ID = 65534;
const AS_SELF: RunAs = { prefix: [], own: async () => {} };

/** Chooses how to run the server, so that data kept from an earlier run stays with the user that owns it. */
export async function chooseRunAs(dataFolder: string, surroundings: Surroundings): Promise<RunAs> {
  if (process.getuid?.() !== 0) return AS_SELF;
  const owner = await ownerOf(dataFolder);
  if (owner !== undefined && owner !== 0) return asUser(owner, surroundings);
  if (await worksInNamespace(surroundings)) return { ...AS_SELF, prefix: IN_NAMESPACE };
  surroundings.note(`running PostgreSQL as user ${NOBODY_ID}: user namespaces do not work here`);
  const asNobody = asUser(NOBODY_ID, surroundings);
  if (owner === 0) await asNobody.own(dataFolder);
  return asNobody;
}

function asUser(id: number, { environment, signal }: Surroundings): RunAs {
  return {
    prefix: ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups'],
    own: async (path) => {
      const command = ['chown', '--recursive', `${id}:${id}`, path];
      await mustRun('POSTGRES_DATA_NOT_OWNED', command, {
        environment,
        signal,
        timeoutMs: COMMAND_TIMEOUT_MS,
      });
    },
  };
}

async function worksInNamespace({ environment, signal }: Surroundings): Promise<boolean> {
  const probe = await runCommand([...IN_NAMESPACE, 'true'], {
    environment,
    signal,
    timeoutMs: COMMAND_TIMEOUT_MS,
  });
  return probe.exitCode === 0;
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).uid;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Said when a command of PostgreSQL fails as a user other than ours. */
export function remedyOf(runAs: RunAs): string {
  if (runAs.prefix[0] !== 'setpriv') return 'Look at the message, or set DATABASE_URL to a PostgreSQL >= 15.';
  return 'Run Tamma as an ordinary user, or put clone and TAMMA_HOME where every user may enter, or set DATABASE_URL.';
}
