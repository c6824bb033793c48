import type { FakeTamma } from './fake-tamma.ts';
import { createStory } from './stories.ts';
import type { Story } from './story.ts';

export interface Scene {
  readonly merged: Story;
  readonly plan: Story;
  readonly merge: Story;
  readonly question: Story;
  readonly escalated: Story;
  readonly repairing: Story;
  readonly waiting: Story;
}

const MINUTE_MS = 60_000;

/** A day in the life: one workflow in each situation, workers, and issues that were not taken. */
export function populate(fake: FakeTamma): Scene {
  const at = (minutes: number, issue: number, title: string) =>
    createStory(fake, { issue, title, agoMs: minutes * MINUTE_MS });
  const merged = at(50, 1, 'slugify drops letters that carry an accent');
  merged.begin();
  merged.upTo('merge-and-close');
  merged.merge();

  const escalated = at(42, 9, 'Parse dates without a year');
  escalated.begin();
  escalated.upTo('test-gate');
  escalated.write('test-gate', 'BUGS.md', '# Bugs\n\n1. `parse("1 May")` throws.\n');
  escalated.fail(
    'test-gate',
    '2 of 14 tests fail on 64af972 after 3 rounds of repair',
    'Look at test.log, mend what it names, then have it tried again.',
  );

  const merge = at(30, 3, 'truncate cuts words in half');
  merge.begin();
  merge.upTo('merge-approval');
  merge.approve('merge', 'high', 'high risk always asks a person');

  const question = at(20, 5, 'count words counts wrong');
  question.begin();
  question.step('issue-intake', () =>
    question.write('issue-intake', 'TASK.md', '# Count words counts wrong\n\nIt says 3 for `a-b c`.\n'),
  );
  question.take('clarification');
  question.ask('Is a word joined by a dash, such as "a-b", one word or two?');

  const plan = at(12, 6, 'Title case for headings');
  plan.begin();
  plan.upTo('plan-approval');
  plan.approve('plan', 'medium', 'the project wants a person to approve a plan of medium risk');

  const repairing = at(4, 4, 'Show what the functions return');
  repairing.begin();
  repairing.upTo('test-gate');
  repairing.tell(
    'GATE.RAN.FAILED',
    { gate: 'test', commit: '64af972b1c22', summary: '1 of 12 tests fails', durationMs: 800 },
    { step: 'test-gate' },
  );
  repairing.tell(
    'ROUND.STARTED.SUCCESS',
    {
      round: 1,
      kind: 'repair',
      steps: ['code-generation', 'build-gate'],
      why: 'the test gate is red: 1 of 12 tests fails',
    },
    { step: 'test-gate' },
  );
  repairing.take('code-generation', 1);

  const waiting = at(1, 8, 'A helper for kebab case');
  waiting.create();
  describeRest(fake);
  describeModels(fake, merge.id);
  return { merged, plan, merge, question, escalated, repairing, waiting };
}

function describeModels({ world }: FakeTamma, workflowId: string): void {
  const budget = { raisedUsd: 0, reservedUsd: 0 };
  world.budgets = [
    { ...budget, level: 'all', id: '2026-06-01', limitUsd: null, spentUsd: 43.25 },
    { ...budget, level: 'project', id: 'textkit@2026-06-01', limitUsd: 50, spentUsd: 40, reservedUsd: 1 },
    { ...budget, level: 'workflow', id: workflowId, limitUsd: 10, spentUsd: 9.99 },
    { ...budget, level: 'step', id: `${workflowId}.code-generation`, limitUsd: 5, spentUsd: 5 },
  ];
  const place = { project: 'textkit', step: 'code-generation' };
  world.agents = [
    {
      ...{ ...place, agent: 'local', provider: 'openai', model: 'qwen3-coder' },
      ...{ runs: 4, done: 2, repairs: 3, turnsPerRun: 20, secondsPerRun: 600 },
      ...{ costUsdPerRun: 0, costUsd: 0, score: 0.03 },
    },
    {
      ...{ ...place, agent: 'claude', provider: 'anthropic', model: 'claude-sonnet-5-5' },
      ...{ runs: 8, done: 8, repairs: 1, turnsPerRun: 12.5, secondsPerRun: 90 },
      ...{ costUsdPerRun: 0.125, costUsd: 1, score: 0.92 },
    },
  ];
}

function describeRest({ world }: FakeTamma): void {
  const now = Date.now();
  const ago = (ms: number) => new Date(now - ms).toISOString();
  world.projects = [
    {
      id: 'textkit',
      platform: 'local',
      repository: '/srv/textkit.git',
      intake: {
        passes: 12,
        lastPassAt: ago(20_000),
        problem: null,
        unreadable: [
          {
            source: '010-broken.md',
            reason: 'the front matter has no title',
            remedy: 'Give it a line such as "title: …".',
          },
        ],
        issues: [
          {
            number: 1,
            title: 'slugify drops letters',
            eligible: true,
            reasons: [],
            score: 650,
            workflowId: 'textkit-1.r1',
          },
          {
            number: 2,
            title: 'Add a camelCase helper',
            eligible: false,
            reasons: [
              'it lacks the required label "tamma"',
              'its author "eve" is not one of the trusted authors',
            ],
            score: null,
            workflowId: null,
          },
        ],
      },
    },
  ];
  world.workers = [
    {
      id: 'worker-1',
      status: 'online',
      capabilities: ['git', 'ai', 'code', 'build', 'test', 'security', 'approval'],
      running: 1,
      slots: 8,
      sandbox: 'bubblewrap',
      startedAt: ago(3_600_000),
      seenAt: ago(4_000),
    },
    {
      id: 'worker-2',
      status: 'online',
      capabilities: ['code', 'build', 'test'],
      running: 3,
      slots: 3,
      sandbox: 'bubblewrap',
      startedAt: ago(3_600_000),
      seenAt: ago(2_000),
    },
    {
      id: 'build-host-7f3a',
      status: 'offline',
      capabilities: ['build'],
      running: 0,
      slots: 2,
      sandbox: 'none',
      startedAt: ago(9_000_000),
      seenAt: ago(240_000),
    },
  ];
  world.queues = world.queues.map((one, index) => ({
    ...one,
    waiting: index,
    active: index % 2,
    delayed: one.queue === 'approval' ? 2 : 0,
    failed: one.queue === 'test' ? 1 : 0,
    paused:
      one.queue === 'ai' ? { by: 'ada', why: 'the model costs too much today', since: ago(600_000) } : null,
  }));
  world.health = {
    ...world.health,
    status: 'degraded',
    checks: [
      { name: 'redis', status: 'healthy', details: {} },
      { name: 'database', status: 'healthy', details: {} },
      { name: 'workers', status: 'healthy', details: { alive: 2, sandboxes: ['bubblewrap'] } },
      { name: 'queues', status: 'degraded', details: { ai: 'paused, ada: the model costs too much today' } },
      {
        name: 'services',
        status: 'degraded',
        details: {
          'local readIssue': `open until ${new Date(now + 200_000).toISOString()}: 5 failures within 60 s`,
          scripted: `held until ${new Date(now + 40_000).toISOString()}: it asked to wait`,
        },
      },
      { name: 'recorder', status: 'degraded', details: { lag: 12_400, term: 3 } },
    ],
  };
}
