import { mkdir, mkdtemp, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenRequest, SandboxKind, Workspace, Workspaces } from '../workspace.ts';
import { checkOut } from './checkout.ts';
import { probeLimiter } from './commands/limiter.ts';
import { probeSandbox, type SandboxView } from './commands/sandbox.ts';
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
  readonly certificates?: Readonly<Record<string, string>>;
  /** When a search is ended: a pattern may take any time. 10 s by default. */
  readonly searchTimeoutMs?: number;
  /** What `probeAbilities` found with the same path, sandbox and places; found out anew without it. */
  readonly abilities?: Abilities;
}

const SEARCH_TIMEOUT_MS = 10_000;

/** Checkouts in folders under `root`, made with git. */
export async function createGitWorkspaces(options: GitWorkspacesOptions): Promise<Workspaces> {
  const root = await makeRoot(options);
  const view = viewOf(options);
  const abilities = options.abilities ?? (await probe(root, view, options.sandbox ?? 'auto'));
  const { author, certificates = {}, searchTimeoutMs = SEARCH_TIMEOUT_MS } = options;
  const setup = { root, author, searchTimeoutMs, view, certificates, ...abilities };
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
  return { path, hidden, readable: [...readable, ...Object.values(certificates)] };
}

/** What this machine has, found out by using it in a folder as a checkout has it. */
export interface Abilities {
  readonly sandbox: SandboxKind;
  readonly limiter: string | null;
  readonly ripgrep: string | null;
}

async function probe(root: string, view: SandboxView, wanted: 'auto' | 'none'): Promise<Abilities> {
  const folder = await mkdtemp(join(root, '.probe-'));
  const layout = layoutAt(folder, 'checkout');
  try {
    await makeFolders(layout);
    const place = { layout, view };
    const [sandbox, limiter, ripgrep] = await Promise.all([
      wanted === 'none' ? ('none' as const) : probeSandbox(place),
      probeLimiter(place),
      probeRipgrep(place),
    ]);
    return { sandbox, limiter, ripgrep };
  } finally {
    await removeFolder(folder);
  }
}

interface Setup extends Abilities {
  readonly root: string;
  readonly author: Author;
  readonly searchTimeoutMs: number;
  readonly view: SandboxView;
  readonly certificates: Readonly<Record<string, string>>;
}

async function open(setup: Setup, { key, branch, secrets = [], ...source }: OpenRequest): Promise<Workspace> {
  const { author, sandbox, limiter, ripgrep, searchTimeoutMs, view, certificates } = setup;
  const layout = layoutAt(setup.root, newFolderName(key));
  const git = gitAt(layout, view.path, certificates);
  const remote = remoteOf(git, source);
  await recordOwner(layout.ownerFile);
  try {
    await makeFolders(layout);
    const startCommit = await checkOut(git, layout, { remote, branch });
    const place = { layout, sandbox, limiter, view, certificates };
    return gitWorkspace({ git, place, ripgrep, searchTimeoutMs, remote, startCommit, author, secrets });
  } catch (error) {
    await removeCheckout(layout);
    throw error;
  }
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
