import { mkdir, mkdtemp, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenRequest, Workspace, Workspaces } from '../workspace.ts';
import { type Certificates, onlyThese, variablesOf } from './certificates.ts';
import { checkOut } from './checkout.ts';
import { probeLimiter } from './commands/limiter.ts';
import { probeSandbox, type Walls, type Withheld } from './commands/probe-sandbox.ts';
import type { SandboxView } from './commands/sandbox.ts';
import type { Author } from './commit.ts';
import { errorCode } from './error-code.ts';
import { gitAt } from './git.ts';
import { gitWorkspace, removeCheckout } from './git-workspace.ts';
import { layoutAt, makeFolders, newFolderName, OWNER_SUFFIX } from './layout.ts';
import { isOwnerGone, recordOwner } from './owner.ts';
import { remoteOf } from './remote.ts';
import { removeFolder } from './remove-folder.ts';
import { probeRipgrep } from './search/ripgrep.ts';

export interface GitWorkspacesOptions {
  /** Folder for all checkouts; made when missing. */
  readonly root: string;
  /** Author and committer of every commit. */
  readonly author: Author;
  /** Value of PATH: where git, bubblewrap and the programs of commands are found. All that commands inherit. */
  readonly path: string;
  /** `auto` uses bubblewrap when it runs here. */
  readonly sandbox?: 'auto' | 'none';
  /** Files and directories that commands in the sandbox must not see, such as `TAMMA_HOME` and `.env`. */
  readonly hidden?: readonly string[];
  /** Further places they may read, for toolchains that lie outside the system's folders and those on PATH. */
  readonly readable?: readonly string[];
  /** Set for git and for every command: where certificates of authorities are, which commands may read. */
  readonly certificates?: Certificates;
  /** When a search is ended: a pattern may take any time. 10 s by default. */
  readonly searchTimeoutMs?: number;
  /** What `probeAbilities` found with the same path, sandbox and places; found out anew without it. */
  readonly abilities?: Abilities;
  /** Told what people should know of and nothing fails for. */
  readonly log?: { warn(message: string): void };
}

const SEARCH_TIMEOUT_MS = 10_000;

/** Checkouts in folders under `root`, made with git. */
export async function createGitWorkspaces(options: GitWorkspacesOptions): Promise<Workspaces> {
  const root = await makeRoot(options);
  const view = viewOf(options);
  const abilities = options.abilities ?? (await probe(root, view, options.sandbox ?? 'auto'));
  const { author, searchTimeoutMs = SEARCH_TIMEOUT_MS } = options;
  for (const one of abilities.withheld) options.log?.warn(withheldMessage(one, view.certificates));
  const setup = { root, author, searchTimeoutMs, view, ...abilities };
  return {
    sandbox: setup.sandbox,
    limits: setup.limiter === null ? 'none' : 'prlimit',
    open: (request) => open(setup, request),
    sweep: () => sweep(root),
  };
}

/** Finds out what this machine has, for whoever makes workspaces in many places. */
export async function probeAbilities(options: Omit<GitWorkspacesOptions, 'author'>): Promise<Abilities> {
  return probe(await makeRoot(options), viewOf(options), options.sandbox ?? 'auto');
}

async function makeRoot({ root }: Pick<GitWorkspacesOptions, 'root'>): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  return realpath(root);
}

function viewOf(options: Omit<GitWorkspacesOptions, 'author'>): SandboxView {
  const { path, hidden = [], readable = [], certificates = {} } = options;
  return { path, hidden, readable, certificates };
}

function withheldMessage({ variable, why }: Withheld, certificates: Certificates): string {
  const named = `${variable}=${variablesOf(certificates)[variable]}`;
  return (
    `commands run without ${named}, which the sandbox cannot show: ${why.replace(/\.?$/, '.')} ` +
    'Name a file or a folder that is not hidden from commands, as all of TAMMA_HOME is, and restart.'
  );
}

/** What this machine has, found out by using it in a folder as a checkout has it. */
export interface Abilities extends Walls {
  readonly limiter: string | null;
  readonly ripgrep: string | null;
}

const NO_WALLS: Walls = { sandbox: 'none', withheld: [] };

async function probe(root: string, view: SandboxView, wanted: 'auto' | 'none'): Promise<Abilities> {
  const folder = await mkdtemp(join(root, '.probe-'));
  const layout = layoutAt(folder, 'checkout');
  try {
    await makeFolders(layout);
    const place = { layout, view };
    const [walls, limiter, ripgrep] = await Promise.all([
      wanted === 'none' ? NO_WALLS : probeSandbox(place),
      probeLimiter(place),
      probeRipgrep(place),
    ]);
    return { ...walls, limiter, ripgrep };
  } finally {
    await removeFolder(folder);
  }
}

interface Setup extends Abilities {
  readonly root: string;
  readonly author: Author;
  readonly searchTimeoutMs: number;
  readonly view: SandboxView;
}

async function open(setup: Setup, { key, branch, secrets = [], ...source }: OpenRequest): Promise<Workspace> {
  const { author, sandbox, limiter, ripgrep, searchTimeoutMs } = setup;
  const layout = layoutAt(setup.root, newFolderName(key));
  const git = gitAt(layout, setup.view.path, variablesOf(setup.view.certificates));
  const remote = remoteOf(git, source);
  await recordOwner(layout.ownerFile);
  try {
    await makeFolders(layout);
    const startCommit = await checkOut(git, layout, { remote, branch });
    const place = { layout, sandbox, limiter, view: viewOfCommands(setup) };
    return gitWorkspace({ git, place, ripgrep, searchTimeoutMs, remote, startCommit, author, secrets });
  } catch (error) {
    await removeCheckout(layout);
    throw error;
  }
}

/** Git runs outside the walls and reads all certificates; commands get those that can be shown. */
function viewOfCommands({ view, withheld }: Setup): SandboxView {
  const kept = Object.keys(view.certificates).filter((name) =>
    withheld.every(({ variable }) => variable !== name),
  );
  return { ...view, certificates: onlyThese(view.certificates, kept) };
}

async function sweep(root: string): Promise<number> {
  const owners = (await readdir(root)).filter((name) => name.endsWith(OWNER_SUFFIX));
  let removed = 0;
  for (const owner of owners) {
    if (!(await isGone(join(root, owner)))) continue;
    if (await removeCheckout(layoutAt(root, owner.slice(0, -OWNER_SUFFIX.length)))) removed += 1;
  }
  return removed;
}

async function isGone(ownerFile: string): Promise<boolean> {
  try {
    return await isOwnerGone(ownerFile, Date.now());
  } catch (error) {
    // Disposed or swept by another process between the listing and now.
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
