import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { commandRequest } from '../contract.ts';
import type { Workspace } from '../workspace.ts';
import { FILE_SIZE_MAX_BYTES } from './commands/mark.ts';
import { isRunning } from './testing/running.ts';
import { type GitWorld, gitWorld } from './testing/world.ts';

/** That many processes take their time on a machine that is busy. */
const CROWD_MS = 60_000;

const path = process.env.PATH ?? '';
const PRECIOUS = 'precious-word';
const TEMPORARY = join(tmpdir(), uniqueName('tamma-escape'));

interface Place {
  readonly world: GitWorld;
  readonly workspace: Workspace;
  readonly other: Workspace;
  readonly port: number;
}

interface Reach {
  readonly what: string;
  /** A shell script that exits with 0 when it got what it wanted; `$1` is what it is after. */
  readonly script: string;
  readonly after?: (place: Place) => string;
}

const data = ({ world }: Place) => join(world.folder, 'data', 'secret');
const node = (code: string) => `node -e "${code}"`;
const connect = (where: string) =>
  node(`require('net').connect(${where}).on('connect',()=>process.exit(0)).on('error',()=>process.exit(9))`);

/** Nothing of these may succeed behind the walls. */
const REACHES: readonly Reach[] = [
  { what: 'the passwords of the system', script: 'cat /etc/shadow' },
  { what: 'keys in a home', script: 'ls /root/.ssh /home/*/.ssh', after: () => '' },
  { what: 'the data of the engine', script: 'cat "$1"', after: data },
  { what: 'that data by the root of a process', script: 'cat "/proc/1/root$1"', after: data },
  { what: 'that data by the root of ours', script: 'cat "/proc/$PPID/root$1"', after: data },
  { what: 'another checkout', script: 'cat "$1/README.md"', after: ({ other }) => other.root },
  { what: 'the git directory', script: 'cat "$1/../git/config"', after: ({ workspace }) => workspace.root },
  { what: 'the environment of the worker', script: 'cat "/proc/$1/environ"', after: () => `${process.pid}` },
  {
    what: 'the environment of any process',
    script: 'cat /proc/[0-9]*/environ | tr "\\0" "\\n" | grep TAMMA_ESCAPE_TEST',
  },
  { what: 'a place outside, to write', script: 'echo harm > "$1"', after: data },
  { what: 'the programs of the system, to write', script: 'echo harm > /usr/tamma-harm' },
  { what: 'the temporary files of the system', script: 'test -e "$1"', after: () => TEMPORARY },
  {
    what: 'a port of this machine',
    script: `P=$1; ${connect("process.env.P,'127.0.0.1'")}`,
    after: ({ port }) => `${port}`,
  },
  { what: 'a port of another machine', script: connect("9,'192.0.2.1'") },
  { what: 'a name server', script: node("require('dns').resolve4('example.com',(e)=>process.exit(e?9:0))") },
  {
    what: 'a socket of this machine',
    script: `S="$1"; export S; ${connect('process.env.S')}`,
    after: ({ world }) => join(world.folder, 'data', 'socket'),
  },
  { what: 'the worker, by a signal', script: 'kill -0 "$1"', after: () => `${process.pid}` },
  { what: 'the worker, by its memory', script: 'head -c 1 "/proc/$1/mem"', after: () => `${process.pid}` },
  { what: 'a mount of its own', script: 'mount -t tmpfs none /mnt || mount --bind / /mnt' },
  { what: 'a way out of its own namespace', script: 'nsenter -t 1 -a true && test -e "$1"', after: data },
  { what: 'another user', script: 'chmod u+s /bin/su || su nobody -s /bin/true' },
  { what: 'a device', script: 'mknod "$TMPDIR/disk" b 8 0' },
  { what: 'the kernel', script: ': >> /proc/sysrq-trigger || : >> /proc/sys/kernel/core_pattern' },
  { what: 'a program that Docker would run', script: 'test -S /var/run/docker.sock' },
];

function describeCorpus(): void {
  describe('commands that reach out', () => {
    let place: Place & AsyncDisposable;
    before(async () => {
      place = await makePlace();
    });
    after(() => place[Symbol.asyncDispose]());

    for (const reach of REACHES) {
      it(`do not get at ${reach.what}`, async () => {
        const argv = ['sh', '-c', `export P; ${reach.script}`, 'sh', reach.after?.(place) ?? ''];
        const { workspace, world } = place;
        // Where there are no walls we try nothing: what ran is to say so, and projects may demand them.
        if (world.workspaces.sandbox === 'none') {
          expect(await workspace.run(commandRequest(['true']))).to.have.property('sandbox', 'none');
          return;
        }
        const result = await workspace.run(commandRequest(argv, { timeoutMs: 20_000 }));
        expect(result.exitCode, result.output).not.to.equal(0);
        expect(result.output).not.to.contain(PRECIOUS);
        expect(result.sandbox).to.equal('bubblewrap');
        expect(await readFile(data(place), 'utf8')).to.equal(PRECIOUS);
      });
    }
  });
}

/** A checkout, with everything that a command might want beside it. */
async function makePlace(): Promise<Place & AsyncDisposable> {
  const world = await gitWorld({ path, sandbox: 'auto' });
  const { cloneUrl, workspaces } = world;
  await mkdir(join(world.folder, 'data'));
  for (const file of [join(world.folder, 'data', 'secret'), TEMPORARY]) await writeFile(file, PRECIOUS);
  const servers = [createServer(), createServer()];
  const [byPort, bySocket] = servers;
  await listen(byPort, { port: 0, host: '127.0.0.1' });
  await listen(bySocket, { path: join(world.folder, 'data', 'socket') });
  const address = byPort?.address();
  process.env.TAMMA_ESCAPE_TEST = PRECIOUS;
  const place = {
    world,
    workspace: await workspaces.open({ key: 'one', cloneUrl, branch: 'main' }),
    other: await workspaces.open({ key: 'other', cloneUrl, branch: 'main' }),
    port: typeof address === 'object' && address !== null ? address.port : 0,
  };
  const dispose = async () => {
    delete process.env.TAMMA_ESCAPE_TEST;
    for (const server of servers) server.close();
    await rm(TEMPORARY);
    await place.workspace[Symbol.asyncDispose]();
    await place.other[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  };
  return { ...place, [Symbol.asyncDispose]: dispose };
}

function listen(server: Server | undefined, where: { port: number; host: string } | { path: string }) {
  return new Promise<void>((resolve) => server?.listen(where, resolve));
}

interface Lingerer {
  readonly what: string;
  /** Holds the word in the command line of what stays behind. */
  readonly script: (word: string) => string;
}

const loop = (word: string) => `while :; do sleep 60; done # ${word}`;
const LINGERERS: readonly Lingerer[] = [
  { what: 'waits', script: loop },
  { what: 'ignores what it is told', script: (word) => `trap '' TERM INT HUP; ${loop(word)}` },
  { what: 'leaves a child in the background', script: (word) => `sh -c '${loop(word)}' & sleep 60` },
  { what: 'ignores hang-ups', script: (word) => `nohup sh -c '${loop(word)}' & sleep 60` },
  { what: 'makes a session of its own', script: (word) => `setsid sh -c '${loop(word)}' & sleep 60` },
  {
    what: 'forks twice and lets go of everything',
    script: (word) =>
      `(cd / && env -i setsid sh -c '(trap "" TERM; exec 0<&- 1>&- 2>&-; ${loop(word)}\n) &') & sleep 60`,
  },
  { what: 'reads what never comes', script: (word) => `mkfifo pipe; cat < pipe; : ${word}` },
  { what: 'stops itself', script: (word) => `kill -STOP $$; : ${word}` },
];

function describeLingerers(sandbox: 'auto' | 'none'): void {
  describe(`commands that go too far, sandbox: ${sandbox}`, () => {
    let world: GitWorld;
    let workspace: Workspace;
    before(async () => {
      world = await gitWorld({ path, sandbox });
      workspace = await world.workspaces.open({ key: 'k', cloneUrl: world.cloneUrl, branch: 'main' });
    });
    after(async () => {
      await workspace[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    });
    const run = (script: string, timeoutMs: number) =>
      workspace.run(commandRequest(['sh', '-c', script], { timeoutMs }));

    it('say what they ran in', async () => {
      expect((await run(':', 10_000)).sandbox).to.equal(world.workspaces.sandbox);
      if (sandbox === 'none') expect(world.workspaces.sandbox).to.equal('none');
    });

    for (const { what, script } of LINGERERS) {
      it(`end at their time with everything they started when one ${what}`, async () => {
        const word = uniqueName('lingerer');
        const result = await run(script(word), 250);
        expect(result.timedOut).to.equal(true);
        expect(result.durationMs).to.be.lessThan(10_000);
        await eventually('nothing of it runs', async () => !(await isRunning(word)));
      });
    }

    it('end when they become a crowd, well before their time is up', async () => {
      const word = uniqueName('crowd');
      // Grows to some 2,000 at most, whatever happens: a thousand shells, some of which wait for one each.
      const bomb = 'f() { if [ "$1" -gt 0 ]; then f $(($1 - 1)) & f $(($1 - 1)) & fi; sleep 60; }; f 9; :';
      const result = await run(`${bomb} # ${word}`, 60_000);
      expect(result.output).to.contain('[ended: it had become more than 512 processes at once]');
      expect(result).to.include({ exitCode: null, timedOut: false });
      expect(result.durationMs).to.be.lessThan(40_000);
      await eventually('nothing of it runs', async () => !(await isRunning(word)));
    }).timeout(CROWD_MS);

    it('write no file larger than a gigabyte, where there are limits', async () => {
      const result = await run('truncate -s 3G large; stat -c %s large || echo 0', 10_000);
      const size = Number(result.stdout.trim().split('\n').at(-1));
      if (world.workspaces.limits === 'none') expect(size).to.equal(3 * FILE_SIZE_MAX_BYTES);
      else expect(size).to.be.lessThan(FILE_SIZE_MAX_BYTES + 2 ** 24);
    });

    it('print two gigabytes without our growing by them', async () => {
      const before = process.memoryUsage().rss;
      const result = await run('head -c 2G /dev/zero; echo end', 2_500);
      expect(result.output.length).to.be.at.most(64 * 1024);
      if (!result.timedOut) expect(result.output).to.match(/end\n$/);
      expect(result.durationMs).to.be.lessThan(15_000);
      expect(process.memoryUsage().rss - before).to.be.lessThan(300 * 1024 * 1024);
    });
  });
}

describeCorpus();
for (const sandbox of ['auto', 'none'] as const) describeLingerers(sandbox);
