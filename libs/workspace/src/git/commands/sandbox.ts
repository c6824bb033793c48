import { basename, dirname, join } from 'node:path';
import type { Certificates } from '../certificates.ts';
import type { Layout } from '../layout.ts';
import { searchDirectories } from '../search-path.ts';
import { certificatePlaces } from './certificate-places.ts';
import { depthOf, existing, isWithin } from './place.ts';
import { findProgram } from './program.ts';
import { requireAbsolute, requireShowable } from './showable.ts';

export interface SandboxView {
  readonly path: string;
  /** Files and directories a command must not see although they lie in a place it may read. */
  readonly hidden: readonly string[];
  /** Further files and directories it may read: toolchains that are not beside their programs. */
  readonly readable: readonly string[];
  /** What it finds authorities by: the variables go into its environment, what they name is shown. */
  readonly certificates: Certificates;
}

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
  const shown = await existing([...toolchains(view.path), dirname(process.execPath), ...view.readable]);
  const visible = [...SYSTEM, ...SETTINGS, ...[...shown, ...wanted].map(({ path }) => path)];
  const named = Object.values(view.certificates).flat();
  const certificates = await certificatePlaces(named, { hidden, visible });
  const places = [
    ...[...shown, ...wanted, ...certificates].map((place) => ({ ...place, hide: false })),
    // By where they are: a link to them may lie further out than what holds them.
    ...hidden.map((place) => ({ ...place, path: place.real, hide: true })),
  ];
  places.sort((a, b) => depthOf(a.path) - depthOf(b.path) || Number(a.hide) - Number(b.hide));
  return places.flatMap(({ path, real, kind, hide }) => {
    if (!hide) return ['--ro-bind', real, path];
    return kind === 'folder' ? ['--tmpfs', real] : ['--ro-bind', '/dev/null', real];
  });
}

/** Directories of programs outside the system's own, with the libraries beside them but nothing else of a home. */
function toolchains(path: string): readonly string[] {
  const own = searchDirectories(path).filter((place) => !SYSTEM.some((root) => isWithin(place, root)));
  return own.flatMap((place) => {
    if (place.endsWith('/node_modules/.bin')) return [dirname(place)];
    if (basename(place) !== 'bin') return [place];
    return [place, ...['lib', 'libexec', 'include'].map((name) => join(dirname(place), name))];
  });
}
