import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import {
  approvalIdOf,
  branchNameOf,
  endEventIdOf,
  eventIdOf,
  roundOfTask,
  sessionKeyOf,
  slugOf,
  taskIdOf,
  workflowIdOf,
  workflowIdOfTask,
} from './ids.ts';
import { pickFrom, seededRandom } from './testing/random.ts';

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const SLUG_MAX = 40;

const HOSTILE = [
  '',
  ' ',
  '🐢🔥👩‍👩‍👧',
  '..',
  '../../etc/passwd',
  '.hidden',
  '...leading dots',
  '~^:?*[\\',
  'a..b',
  'a@{1}',
  '@',
  'HEAD',
  'refs/heads/main',
  'feature.lock',
  'ends with dot.',
  'ends/',
  '-leading-dash',
  '--force',
  'a//b',
  '\u0000\u0007\n\r\t',
  '\uD800 half',
  '$(rm -rf /) `id` ; && || | > <',
  '\'"quotes"\'',
  'über Größe, żółw, 日本語, עברית',
  'İstanbul ﬁne ½',
  `${'x'.repeat(10_000)}`,
  `${'ab '.repeat(5_000)}`,
  '-'.repeat(10_000),
];

function randomTitles(count: number): string[] {
  const random = seededRandom(4);
  const characters = [...'aZ09 .-_/\\:~^?*[]@{}', '🐢', 'é', '\u0000', '\n', '..', '.lock', '@{'];
  const length = () => Math.floor(random() * 90);
  return Array.from({ length: count }, () =>
    Array.from({ length: length() }, () => pickFrom(characters, random)).join(''),
  );
}

describe('slug', () => {
  it('joins lower-case words by dashes', () => {
    expect(slugOf('  Add a Title-Case function!  ')).to.equal('add-a-title-case-function');
  });

  it('keeps words whole whose letters carry marks', () => {
    expect(slugOf('Crème brûlée à la carte')).to.equal('creme-brulee-a-la-carte');
  });

  it('says untitled when nothing is left', () => {
    expect(slugOf('🐢 …')).to.equal('untitled');
    expect(slugOf('')).to.equal('untitled');
  });

  it('cuts between words', () => {
    expect(slugOf('slugify drops letters that carry an accent')).to.equal(
      'slugify-drops-letters-that-carry-an',
    );
    expect(slugOf('one two three', 7)).to.equal('one-two');
    expect(slugOf('one two three', 8)).to.equal('one-two');
    expect(slugOf('one two', 7)).to.equal('one-two');
  });

  it('cuts inside a word rather than below half of the limit', () => {
    expect(slugOf('a supercalifragilistic word', 10)).to.equal('a-supercal');
    expect(slugOf('abcd efghijklmn', 8)).to.equal('abcd');
    expect(slugOf('abc defghijklmn', 8)).to.equal('abc-defg');
    expect(slugOf('x'.repeat(100))).to.equal('x'.repeat(SLUG_MAX));
  });

  it('is a slug of at most its limit for any title', () => {
    for (const title of [...HOSTILE, ...randomTitles(500)]) {
      expect(slugOf(title), JSON.stringify(title.slice(0, 90))).to.match(SLUG);
      expect(slugOf(title)).to.have.length.within(1, SLUG_MAX);
      expect(slugOf(title, 8)).to.match(SLUG).and.have.length.within(1, 8);
      expect(slugOf(slugOf(title)), 'a slug of a slug').to.equal(slugOf(title));
    }
  });
});

describe('ids', () => {
  it('come from workflow, run, step and round', () => {
    const workflowId = workflowIdOf('demo', 12, 3);
    expect(workflowId).to.equal('demo-12.r3');
    expect(taskIdOf(workflowId, 'build-gate')).to.equal('demo-12.r3.build-gate');
    expect(taskIdOf(workflowId, 'build-gate', 2)).to.equal('demo-12.r3.build-gate.2');
    expect(eventIdOf('demo-12.r3.build-gate', 4, 7)).to.equal('demo-12.r3.build-gate.4.7');
    expect(endEventIdOf('demo-12.r3.build-gate')).to.equal('demo-12.r3.build-gate.end');
  });

  it('tell a session by workflow and moment in UTC', () => {
    const at = Date.parse('2026-03-04T05:06:07.890Z');
    expect(sessionKeyOf('demo-1.r1', at)).to.equal('sess_demo-1.r1_20260304_050607');
  });

  it('never hold a colon, and are never only digits, whatever the project is called', () => {
    for (const title of [...HOSTILE, ...randomTitles(200), '123']) {
      const taskId = taskIdOf(workflowIdOf(slugOf(title), 1, 1), slugOf(title), 1);
      expect(taskId).not.to.contain(':');
      expect(taskId).not.to.match(/^\d+$/);
    }
  });
});

describe('the round of a task', () => {
  const roundOf = (taskId: string) => roundOfTask(taskId, 'demo-1.r1', 'code-generation');

  it('is read from the id that names it', () => {
    for (const round of [0, 1, 12]) {
      expect(roundOf(taskIdOf('demo-1.r1', 'code-generation', round))).to.equal(round);
    }
  });

  it('is none for another step, another workflow, or an id that was never built here', () => {
    for (const id of ['demo-1.r1.code', 'demo-1.r2.code-generation', 'demo-1.r1.code-generation.0', '']) {
      expect(roundOf(id), id).to.equal(null);
    }
    expect(roundOf('demo-1.r1.code-generation.1x')).to.equal(null);
    expect(roundOf('demo-1.r1.code-generation.a1')).to.equal(null);
  });
});

describe('the id of an approval', () => {
  it('differs each time a person is asked', () => {
    expect(approvalIdOf('demo-1.r1.plan-approval', 1)).to.equal('demo-1.r1.plan-approval.a1');
    expect(approvalIdOf('demo-1.r1.plan-approval', 3)).to.equal('demo-1.r1.plan-approval.a3');
  });
});

describe('branch name', () => {
  it('names issue and title, and the run from the second on', () => {
    expect(branchNameOf(12, 'Add it', 'demo-12.r1')).to.equal('tamma/issue-12-add-it');
    expect(branchNameOf(12, 'Add it', 'demo-12.r2')).to.equal('tamma/issue-12-add-it-r2');
  });

  it('is one that git takes, for any title', () => {
    for (const title of [...HOSTILE, ...randomTitles(60)]) {
      for (const workflowId of ['demo-1.r1', 'demo-1.r12']) {
        const branch = branchNameOf(1, title, workflowId);
        expect(branch).to.match(/^tamma\/issue-1-[a-z0-9-]+$/);
        expect(branch).to.have.length.below(70);
      }
    }
  });

  it('passes the check of git itself, whatever the title tries', () => {
    const check = (name: string) => spawnSync('git', ['check-ref-format', '--branch', name]).status;
    expect(check('a..b'), 'git looks').to.be.above(0);
    for (const title of [...HOSTILE, ...randomTitles(30)]) {
      expect(check(branchNameOf(1, title, 'demo-1.r2')), JSON.stringify(title.slice(0, 90))).to.equal(0);
    }
  });
});

describe('the workflow in an id', () => {
  it('is found in ids of tasks and approvals, and in nothing else', () => {
    for (const id of ['demo-1.r1.plan-approval', 'demo-1.r1.test-gate.2', 'demo-1.r1.plan-approval.a1']) {
      expect(workflowIdOfTask(id)).to.equal('demo-1.r1');
    }
    for (const id of ['', 'demo-1.r1', 'demo-1.r1.', 'demo.r.x', '..r1.x', 'demo-1.x1.step', '\u0000']) {
      expect(workflowIdOfTask(id), id).to.equal(null);
    }
  });
});
