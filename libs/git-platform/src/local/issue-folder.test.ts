import { chmod, mkdir, stat, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { createLocalPlatform } from './platform.ts';
import { createLocalFixture, type LocalFixture } from './testing/local-fixture.ts';

const newFixture = async () => createLocalFixture(await testFolder());
/** What no file says. */
const LOCAL = {
  authorKind: 'person',
  authorRole: 'owner',
  milestone: null,
  isLocked: false,
  blockedBy: [],
} as const;
const SOUND = '---\ntitle: A\nstate: open\n---\nBody\n';

/** What the listing says about the one file that is not an issue. */
async function reasonFor(fixture: LocalFixture, text: string | Uint8Array): Promise<string> {
  await fixture.write('001-a.md', text);
  const { issues, unreadable } = await fixture.platform.listOpenIssues();
  expect(issues).to.deep.equal([]);
  expect(unreadable).to.have.length(1);
  expect(unreadable[0]?.source).to.equal(join(fixture.issues, '001-a.md'));
  expect(unreadable[0]?.remedy).to.match(/\.$/);
  return unreadable[0]?.reason ?? '';
}

describe('issues written by hand', () => {
  it('need only title and state', async () => {
    await using fixture = await newFixture();
    await fixture.write('012-a.md', '---\ntitle: Fix the door\nstate: open\n---\n');
    const changedAt = new Date('2026-02-03T04:05:06.000Z');
    await utimes(join(fixture.issues, '012-a.md'), changedAt, changedAt);
    expect(await fixture.platform.readIssue(12)).to.deep.equal({
      number: 12,
      title: 'Fix the door',
      body: '',
      state: 'open',
      labels: [],
      author: 'unknown',
      ...LOCAL,
      assignee: null,
      createdAt: changedAt.toISOString(),
    });
  });

  it('may have empty keys, keys of their own, odd labels, foreign line ends and a byte order mark', async () => {
    await using fixture = await newFixture();
    const lines = ['---', 'title: " A "', 'state: open', 'labels:', '  - Tamma', '  - " tamma "', '  - Bug'];
    const rest = [
      'author:',
      'assignee: ""',
      'created: 2026-01-02',
      'mood: {good: 1}',
      '---  ',
      '',
      'One',
      'Two',
      '',
    ];
    await fixture.write('1-a.MD', `\uFEFF${[...lines, ...rest].join('\r\n')}`);
    expect(await fixture.platform.readIssue(1)).to.deep.equal({
      number: 1,
      title: 'A',
      body: 'One\nTwo',
      state: 'open',
      labels: ['tamma', 'bug'],
      author: 'unknown',
      ...LOCAL,
      assignee: null,
      createdAt: '2026-01-02T00:00:00.000Z',
    });
  });

  const dates = [
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04', '2026-01-02T03:04:00.000Z'],
    ['2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05.000Z'],
  ] as const;
  for (const [written, meant] of dates) {
    it(`may be dated ${written}`, async () => {
      await using fixture = await newFixture();
      await fixture.write('1-a.md', `---\ntitle: A\nstate: open\ncreated: ${written}\n---\n`);
      expect((await fixture.platform.readIssue(1))?.createdAt).to.equal(meant);
    });
  }

  const rubbish = [
    ['an empty file', '', 'line 1: it has no front matter'],
    ['text without front matter', 'Please fix\n', 'line 1: it has no front matter'],
    ['front matter that never ends', '---\ntitle: A\nstate: open\n', 'is never closed'],
    ['a list as front matter', '---\n- a\n---\n', 'not a list of "key: value" lines'],
    ['empty front matter', '---\n---\nBody\n', 'not a list of "key: value" lines'],
    ['broken YAML', '---\ntitle: A\nstate: [open\n---\n', 'not YAML'],
    [
      'a colon too many',
      '---\nstate: open\ntitle: fix: the door\n---\n',
      'line 3: its front matter is not YAML',
    ],
    [
      'a key given twice',
      '---\ntitle: A\nstate: open\ntitle: B\n---\n',
      'line 4: its front matter is not YAML',
    ],
    ['an alias to nothing', '---\ntitle: *nobody\nstate: open\n---\n', 'alias'],
    ['no title', '---\nstate: open\n---\n', '"title" is missing'],
    ['an empty title', '---\nstate: open\ntitle: " "\n---\n', 'line 3: "title" is empty'],
    ['a number as title', '---\ntitle: 12\nstate: open\n---\n', 'line 2: "title" must be text'],
    ['an unknown state', '---\ntitle: A\nstate: maybe\n---\n', 'line 3: "state" must be open or closed'],
    [
      'one label instead of a list',
      '---\ntitle: A\nstate: open\nlabels: a\n---\n',
      'line 4: "labels" must be a list',
    ],
    ['a number among the labels', '---\ntitle: A\nstate: open\nlabels: [1]\n---\n', 'line 4: every label'],
    [
      'a list as assignee',
      '---\ntitle: A\nstate: open\nassignee: [a]\n---\n',
      'line 4: "assignee" must be text',
    ],
    ['a date nobody has', '---\ntitle: A\nstate: open\ncreated: 2026-13-01\n---\n', 'line 4: "created"'],
    ['two faults', '---\ntitle: ""\nstate: 2\n---\n', 'line 2: "title" is empty; line 3: "state"'],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x41]), 'not UTF-8'],
    ['a NUL byte', `${SOUND}\0`, 'not UTF-8'],
    ['more than 1 MiB', `${SOUND}${'x'.repeat(1024 * 1024)}`, 'at most 1048576'],
  ] as const;
  for (const [what, text, reason] of rubbish) {
    it(`are unreadable with ${what}, and it says why`, async () => {
      await using fixture = await newFixture();
      expect(await reasonFor(fixture, text)).to.include(reason);
      const error = await refusalOf(fixture.platform.readIssue(1));
      expect(error).to.include({ code: 'ISSUE_UNREADABLE', class: 'validation' });
      expect(error.message).to.include('001-a.md').and.to.include(reason);
    });
  }

  it('are both unreadable when two files carry one number', async () => {
    await using fixture = await newFixture();
    await fixture.write('007-a.md', SOUND);
    await fixture.write('7-b.md', SOUND);
    await fixture.write('008-c.md', SOUND);
    const { issues, unreadable } = await fixture.platform.listOpenIssues();
    expect(issues.map(({ number }) => number)).to.deep.equal([8]);
    expect(unreadable.map(({ reason }) => reason)).to.deep.equal([
      'its number 7 is also that of 7-b.md',
      'its number 7 is also that of 007-a.md',
    ]);
    expect((await refusalOf(fixture.platform.readIssue(7))).code).to.equal('ISSUE_UNREADABLE');
    const marking = fixture.platform.markIssue(7, { labelsAdded: ['x'] });
    expect((await refusalOf(marking)).code).to.equal('ISSUE_UNREADABLE');
    expect(await fixture.read('007-a.md')).to.equal(SOUND);
  });

  it('are told from other files by their names', async () => {
    await using fixture = await newFixture();
    for (const name of ['notes.md', '000-zero.md', '12.md', '5-.md']) await fixture.write(name, SOUND);
    for (const name of ['README.md', '.#001-a.md', 'picture.png', '001-a.md~'])
      await fixture.write(name, 'x');
    const { issues, unreadable } = await fixture.platform.listOpenIssues();
    expect(issues).to.deep.equal([]);
    expect(unreadable.map(({ source }) => source.slice(fixture.issues.length + 1))).to.deep.equal([
      '000-zero.md',
      '12.md',
      '5-.md',
      'notes.md',
    ]);
    for (const { remedy } of unreadable) expect(remedy).to.include('NNN-title.md');
  });

  it('are not read through a link or from a folder', async () => {
    await using fixture = await newFixture();
    await fixture.write('elsewhere.txt', SOUND);
    await symlink(join(fixture.issues, 'elsewhere.txt'), join(fixture.issues, '001-link.md'));
    await mkdir(join(fixture.issues, '002-folder.md'));
    const { issues, unreadable } = await fixture.platform.listOpenIssues();
    expect(issues).to.deep.equal([]);
    expect(unreadable.map(({ reason }) => reason)).to.deep.equal([
      'it is a symbolic link',
      'it is not a regular file',
    ]);
  });

  it('cannot be listed when their folder is absent', async () => {
    await using fixture = await newFixture();
    const issues = join(fixture.issues, 'absent');
    const platform = createLocalPlatform({ ...fixture, issues });
    for (const attempt of [() => platform.listOpenIssues(), () => platform.closeIssue(1)]) {
      const error = await refusalOf(attempt());
      expect(error).to.include({ code: 'ISSUES_FOLDER_MISSING', class: 'validation' });
      expect(error.remedy).to.include('mkdir -p');
    }
  });
});

describe('issues edited by us', () => {
  it('keep every byte that is not ours to change', async () => {
    await using fixture = await newFixture();
    const text =
      '---\n# urgent\ntitle:   "A"\nstate: open\nlabels:\n- Bug # was X\nmood:  {good:   1}\n---\n\n\nBody \n';
    await fixture.write('001-a.md', text);
    await fixture.platform.markIssue(1, { labelsAdded: ['bug', 'working'], assignee: 'tamma' });
    const marked = text.replace('was X\n', 'was X\n- working\n').replace('1}\n', '1}\nassignee: tamma\n');
    expect(await fixture.read('001-a.md')).to.equal(marked);
    await fixture.platform.markIssue(1, { labelsRemoved: ['bug'], assignee: null });
    await fixture.platform.closeIssue(1);
    const after = marked
      .replace('- Bug # was X\n', '')
      .replace(': tamma', ': null')
      .replace(': open', ': closed');
    expect(await fixture.read('001-a.md')).to.equal(after);
  });

  it('keep their permissions, and their age when no date says it', async () => {
    await using fixture = await newFixture();
    await fixture.write('001-a.md', SOUND);
    const path = join(fixture.issues, '001-a.md');
    const changedAt = new Date('2026-02-03T04:05:06.000Z');
    await chmod(path, 0o640);
    await utimes(path, changedAt, changedAt);
    await fixture.platform.markIssue(1, { assignee: 'tamma' });
    expect((await stat(path)).mode & 0o777).to.equal(0o640);
    expect(await fixture.platform.readIssue(1)).to.include({
      assignee: 'tamma',
      createdAt: changedAt.toISOString(),
    });
  });

  it('are left alone when their spelling is beyond us, and it says so', async () => {
    await using fixture = await newFixture();
    const text = '---\n{title: A, state: open}\n---\nBody\n';
    await fixture.write('001-a.md', text);
    const error = await refusalOf(fixture.platform.markIssue(1, { labelsAdded: ['x'] }));
    expect(error).to.include({ code: 'ISSUE_UNEDITABLE', class: 'validation' });
    expect(await fixture.read('001-a.md')).to.equal(text);
  });

  it('go on after the lock of a killed process has lapsed', async () => {
    await using fixture = await newFixture();
    await fixture.write('001-a.md', SOUND);
    await fixture.write('.1.lock', '');
    const longAgo = new Date('2026-01-01T00:00:00.000Z');
    await utimes(join(fixture.issues, '.1.lock'), longAgo, longAgo);
    await fixture.platform.closeIssue(1);
    expect((await fixture.platform.readIssue(1))?.state).to.equal('closed');
  });
});
