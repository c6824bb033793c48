import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TammaError, toError } from '@tamma/domain';
import type { SandboxKind } from '../../workspace.ts';
import { errorCode } from '../error-code.ts';
import type { Layout } from '../layout.ts';
import { searchDirectories } from '../search-path.ts';
import { commandEnvironment } from './environment.ts';
import { newMark } from './mark.ts';
import { findProgram } from './program.ts';
import { type Place, requireAbsolute, requireShowable } from './showable.ts';
import { supervise } from './supervise.ts';

export interface SandboxView {
  readonly path: string;
  /** Files and directories a command must not see although they lie in a place it may read. */
  readonly hidden: readonly string[];
  /** Further files and directories it may read: toolchains that are not beside their programs. */
  readonly readable: readonly string[];
}

const PROBE_TIMEOUT_MS = 10_000;

/** The system's programs and libraries. All else is not there at all: homes, data, sockets, other checkouts. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/opt',
  '/nix/store',
  '/gnu/store',
];
/** Of /etc only what programs need to start, names to resolve and certificates to verify; no keys, no passwords. */
const SETTINGS = [
  ...['alternatives', 'ca-certificates', 'fonts', 'group', 'hosts', 'java-17-openjdk', 'java-21-openjdk'],
  ...[
    'ld.so.cache',
    'ld.so.conf',
    'ld.so.conf.d',
    'locale.alias',
    'localtime',
    'magic',
    'maven',
    'mime.types',
  ],
  ...[
    'nsswitch.conf',
    'os-release',
    'passwd',
    'pki/ca-trust',
    'pki/tls/certs',
    'protocols',
    'python3',
    'services',
  ],
  ...['ssl/certs', 'ssl/openssl.cnf', 'terminfo', 'timezone'],
].map((name) => `/etc/${name}`);
/** Root may write these even without capabilities, and bubblewrap then leaves them open. */
const KERNEL = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs', 'acpi', 'scsi', 'mtrr'].map(
  (name) => `/proc/${name}`,
);

const WALLS = [
  ...['--die-with-parent', '--new-session', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
  ...['--unshare-cgroup-try', '--cap-drop', 'ALL'],
];

/** Whether bubblewrap runs here, found out by running it with the very walls a command gets. */
export async function probeSandbox({ layout, view }: Pick<Wish, 'layout' | 'view'>): Promise<SandboxKind> {
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
    return ended.exitCode === 0 ? 'bubblewrap' : 'none';
  } catch (error) {
    if (toError(error) instanceof TammaError) return 'none';
    throw error;
  }
}

export interface Wish {
  readonly layout: Layout;
  readonly view: SandboxView;
  readonly program: string;
  readonly args: readonly string[];
  /** Whether the network stays open; closed by default. */
  readonly network?: boolean;
  /** Further files and folders it may read; one that is not there is left out. */
  readonly readable?: readonly string[];
}

/** Where names are resolved; the rest that the network needs is among the settings. */
const RESOLVER = ['--ro-bind-try', '/etc/resolv.conf', '/etc/resolv.conf'];

/** The bubblewrap command that runs a program inside the walls. It reports its end on file descriptor 3. */
export async function sandboxed(wish: Wish): Promise<{ program: string; args: readonly string[] }> {
  const { layout, view } = wish;
  const inside = [
    ...WALLS,
    ...(wish.network ? RESOLVER : ['--unshare-net']),
    ...[...SYSTEM, ...SETTINGS].flatMap((place) => ['--ro-bind-try', place, place]),
    ...['--proc', '/proc'],
    ...KERNEL.flatMap((place) => ['--ro-bind-try', place, place]),
    ...['--dev', '/dev', '--bind', layout.temporary, '/tmp', '--bind', layout.temporary, '/var/tmp'],
    ...(await viewArguments(layout, view, wish.readable ?? [])),
    ...[layout.tree, layout.home, layout.temporary].flatMap((place) => ['--bind', place, place]),
    ...['--chdir', layout.tree, '--json-status-fd', '3', '--', wish.program, ...wish.args],
  ];
  return { program: await findProgram('bwrap', layout.tree, view.path), args: inside };
}

/** Parents first, so that of two places one inside the other the inner one decides. */
async function viewArguments(layout: Layout, view: SandboxView, readable: readonly string[]) {
  const wanted = await existing(requireAbsolute(readable));
  const hidden = await existing([...view.hidden, dirname(layout.folder)]);
  requireShowable(wanted, hidden);
  const shown = [...(await toolchains(view.path)), dirname(process.execPath), ...view.readable];
  const places = [
    ...[...(await existing(shown)), ...wanted].map((place) => ({ ...place, hide: false })),
    ...hidden.map((place) => ({ ...place, hide: true })),
  ];
  const depth = (path: string) => path.split('/').length;
  places.sort((a, b) => depth(a.path) - depth(b.path) || Number(a.hide) - Number(b.hide));
  return places.flatMap(({ path, real, folder, hide }) => {
    if (!hide) return ['--ro-bind', real, path];
    return folder ? ['--tmpfs', real] : ['--ro-bind', '/dev/null', real];
  });
}

/** Directories of programs outside the system's own, with the libraries beside them but nothing else of a home. */
async function toolchains(path: string): Promise<readonly string[]> {
  const own = searchDirectories(path).filter(
    (place) => !SYSTEM.some((root) => `${place}/`.startsWith(`${root}/`)),
  );
  return own.flatMap((place) => {
    if (place.endsWith('/node_modules/.bin')) return [dirname(place)];
    if (basename(place) !== 'bin') return [place];
    return [place, ...['lib', 'libexec', 'include'].map((name) => join(dirname(place), name))];
  });
}

async function existing(paths: readonly string[]): Promise<readonly Place[]> {
  const found: Place[] = [];
  for (const path of new Set(paths)) {
    const real = await realpathIfAny(path);
    if (real === undefined) continue;
    found.push({ path, real, folder: (await stat(real)).isDirectory() });
  }
  return found;
}

async function realpathIfAny(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
