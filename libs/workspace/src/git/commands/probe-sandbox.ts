import { TammaError, toError } from '@tamma/domain';
import type { SandboxKind } from '../../workspace.ts';
import { onlyThese } from '../certificates.ts';
import { commandEnvironment } from './environment.ts';
import { newMark } from './mark.ts';
import { findProgram } from './program.ts';
import { sandboxed, type Wish } from './sandbox.ts';
import { supervise } from './supervise.ts';

const PROBE_TIMEOUT_MS = 10_000;
const SAID_MAX_CHARACTERS = 300;

/** A variable that names certificates which the sandbox cannot show. */
export interface Withheld {
  readonly variable: string;
  readonly why: string;
}

export interface Walls {
  readonly sandbox: SandboxKind;
  /** What commands do without, so that there are walls. */
  readonly withheld: readonly Withheld[];
}

type Probed = Pick<Wish, 'layout' | 'view'>;

/**
 * Whether bubblewrap runs here, found out by running it with the very walls a command gets. Certificates never decide
 * that: those that it cannot show are withheld.
 */
export async function probeSandbox({ layout, view }: Probed): Promise<Walls> {
  const variables = Object.keys(view.certificates);
  const whyNot = (some: readonly string[]) =>
    whyNoWalls({ layout, view: { ...view, certificates: onlyThese(view.certificates, some) } });
  if ((await whyNot(variables)) === undefined) return { sandbox: 'bubblewrap', withheld: [] };
  if (variables.length === 0 || (await whyNot([])) !== undefined) return { sandbox: 'none', withheld: [] };
  const kept: string[] = [];
  const withheld: Withheld[] = [];
  for (const variable of variables) {
    const why = await whyNot([...kept, variable]);
    if (why === undefined) kept.push(variable);
    else withheld.push({ variable, why });
  }
  return { sandbox: 'bubblewrap', withheld };
}

/** Undefined where they stand. */
async function whyNoWalls({ layout, view }: Probed): Promise<string | undefined> {
  const mark = newMark();
  try {
    const program = await findProgram('true', layout.tree, view.path);
    const ended = await supervise({
      ...(await sandboxed({ layout, view, program, args: [] })),
      cwd: layout.tree,
      env: commandEnvironment(layout, view.path, mark.id),
      mark,
      timeoutMs: PROBE_TIMEOUT_MS,
      signal: AbortSignal.timeout(2 * PROBE_TIMEOUT_MS),
      outputMax: 1_000,
      reports: true,
    });
    if (ended.exitCode === 0) return undefined;
    return `exit ${ended.exitCode}: ${ended.output.trim().slice(-SAID_MAX_CHARACTERS)}`;
  } catch (error) {
    if (error instanceof TammaError) return error.message;
    throw toError(error);
  }
}
