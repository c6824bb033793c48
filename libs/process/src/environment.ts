import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { CAPABILITIES, type Capability } from '@tamma/domain';
import type { Environment } from './config-overrides.ts';
import type { ConfigProblem } from './config-problem.ts';
import { nearestWord } from './nearest-word.ts';

const CONCURRENCY_DEFAULT = 2;
const CONCURRENCY_MAX = 64;
const WORKER_PORT_DEFAULT = 9464;
const PORT_MAX = 65_535;

/** What a process learns from variables that are no part of the configuration file. */
export interface ProcessSettings {
  /** Absolute path of TAMMA_HOME. */
  readonly home: string;
  /** Required when TAMMA_CONFIG names it; its default may be absent. */
  readonly configFile: { readonly path: string; readonly required: boolean };
  readonly capabilities: readonly Capability[];
  /** Tasks that one worker runs at once, per capability. */
  readonly concurrency: Readonly<Record<Capability, number>>;
  readonly workerPort: number;
}

export type ParsedEnvironment =
  | { readonly ok: true; readonly settings: ProcessSettings }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** The variables of `.env` in a folder with the process's own over them. A missing file counts as empty. */
export async function readEnvironment(folder: string, own: Environment): Promise<Environment> {
  try {
    return { ...parseEnv(await readFile(join(folder, '.env'), 'utf8')), ...own };
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return own;
    throw thrown;
  }
}

/** Reads the variables; relative paths start at `folder`. Reports every problem at once. */
export function parseEnvironment(environment: Environment, folder: string): ParsedEnvironment {
  const problems: ConfigProblem[] = [];
  const read = (name: string): string | undefined => {
    const text = environment[name]?.trim();
    return text === '' ? undefined : text;
  };
  const note = (name: string, { message, remedy }: Complaint): void => {
    const problem = { path: '', source: name, message };
    problems.push(remedy === undefined ? problem : { ...problem, remedy });
  };
  const settings: ProcessSettings = {
    home: resolve(folder, read('TAMMA_HOME') ?? '.tamma'),
    configFile: {
      path: resolve(folder, read('TAMMA_CONFIG') ?? 'tamma.config.yaml'),
      required: read('TAMMA_CONFIG') !== undefined,
    },
    capabilities: parseCapabilities(read('TAMMA_CAPABILITIES'), (complaint) =>
      note('TAMMA_CAPABILITIES', complaint),
    ),
    concurrency: parseConcurrency(read('TAMMA_CONCURRENCY'), (complaint) =>
      note('TAMMA_CONCURRENCY', complaint),
    ),
    workerPort: parsePort(read('TAMMA_WORKER_PORT'), (complaint) => note('TAMMA_WORKER_PORT', complaint)),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings };
}

interface Complaint {
  readonly message: string;
  readonly remedy?: string;
}
type Complain = (complaint: Complaint) => void;

function parseCapabilities(text: string | undefined, complain: Complain): readonly Capability[] {
  if (text === undefined) return CAPABILITIES;
  const words = splitList(text);
  if (words.length === 0) complain({ message: 'names no capability', remedy: `Known: ${KNOWN}.` });
  const named = words.flatMap((word) => findCapability(word, complain) ?? []);
  return [...new Set(named)];
}

function parseConcurrency(
  text: string | undefined,
  complain: Complain,
): Readonly<Record<Capability, number>> {
  if (text === undefined) return concurrencyOfAll(CONCURRENCY_DEFAULT);
  if (!text.includes('=')) return concurrencyOfAll(parseCount(text, complain));
  const result: Record<Capability, number> = concurrencyOfAll(CONCURRENCY_DEFAULT);
  const seen = new Set<Capability>();
  for (const part of splitList(text)) {
    const [name = '', ...rest] = part.split('=').map((one) => one.trim());
    const capability = findCapability(name, complain);
    const value = parseCount(rest.join('='), complain);
    if (capability === null) continue;
    if (seen.has(capability)) complain({ message: `"${capability}" is given twice` });
    seen.add(capability);
    result[capability] = value;
  }
  return result;
}

function concurrencyOfAll(count: number): Record<Capability, number> {
  return { git: count, ai: count, code: count, build: count, test: count, security: count, approval: count };
}

function parseCount(text: string, complain: Complain): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= CONCURRENCY_MAX) return count;
  complain({
    message: `expected whole numbers from 1 to ${CONCURRENCY_MAX}`,
    remedy: 'Write one number for all capabilities, or pairs such as ai=4,git=4,code=2.',
  });
  return CONCURRENCY_DEFAULT;
}

function parsePort(text: string | undefined, complain: Complain): number {
  if (text === undefined) return WORKER_PORT_DEFAULT;
  if (/^\d{1,5}$/.test(text) && Number(text) <= PORT_MAX) return Number(text);
  complain({ message: `expected a port number from 0 (any free one) to ${PORT_MAX}` });
  return WORKER_PORT_DEFAULT;
}

const KNOWN = CAPABILITIES.join(', ');

function findCapability(word: string, complain: Complain): Capability | null {
  const found = CAPABILITIES.find((capability) => capability === word);
  if (found !== undefined) return found;
  const near = nearestWord(word, CAPABILITIES);
  complain({
    message: `"${word}" is not a capability`,
    remedy: near === null ? `Known: ${KNOWN}.` : `Did you mean "${near}"?`,
  });
  return null;
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
