import { expect } from 'chai';
import { configSchema } from './config.ts';
import { buildProject } from './testing/builders.ts';

const PROJECT = {
  platform: 'local',
  repository: '/srv/demo.git',
  issues: '/srv/issues',
  ai: { provider: 'scripted', answers: 'answers' },
} as const;
const DAY_MS = 86_400_000;

/** Every refusal as `path: message`. */
function problemsOf(input: unknown): string[] {
  const parsed = configSchema.safeParse(input);
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const SERVER = {
  host: '127.0.0.1',
  cors: { origins: [], credentials: false },
  rateLimit: { max: 100, signedInMax: 1000, window: 60_000 },
};

const CANNED = {
  agents: {
    scripted: { ...PROJECT.ai, outputTokensMax: 16_384, contextTokensMax: 150_000, pace: 0 },
  },
  use: ['scripted'],
  rules: [],
  routing: 'order',
  exploration: 0.05,
  turnsMax: 40,
  idleTurnsMax: 12,
  timeMax: 1_500_000,
  commands: [],
  commandTimeout: 300_000,
  commandNetwork: false,
};

function withProject(overrides: object): object {
  return { projects: [{ ...PROJECT, ...overrides }] };
}

function withRate(rate: object): object {
  return { projects: [PROJECT], taskQueue: { limits: { ai: { rate } } } };
}

function expectOneProblem(input: unknown, path: string, words: string): void {
  const problems = problemsOf(input);
  expect(problems).to.have.length(1);
  expect(problems[0]).to.match(new RegExp(`^${path.replaceAll('.', '\\.')}: `));
  expect(problems[0]).to.contain(words);
}

function idsOf(...projects: object[]): string[] {
  return configSchema.parse({ projects }).projects.map((project) => project.id);
}

describe('configuration', () => {
  it('needs one project with three facts beside who does the AI steps; all else has a default', () => {
    expect(configSchema.parse({ projects: [PROJECT] })).to.deep.equal({
      server: { ...SERVER, port: 3000 },
      database: { poolMax: 20 },
      redis: { prefix: 'tamma' },
      workflow: {
        maxConcurrent: 10,
        escalationDeadline: 7 * DAY_MS,
        activeLimit: DAY_MS / 12,
        suspendedDeadline: 30 * DAY_MS,
      },
      taskQueue: { lockDuration: 30_000, stalledInterval: 3000, limits: {} },
      workers: { heartbeatInterval: 10_000, offlineAfter: 30_000, shutdownGrace: 20_000 },
      breaker: { failures: 5, window: 60_000, open: 300_000 },
      recovery: { reconcileInterval: 60_000 },
      intake: { pollInterval: 60_000 },
      events: { batchSize: 500, flushInterval: 50, unrecordedMax: 1_000_000 },
      logging: { level: 'info' },
      budgets: { day: 200 },
      prices: {},
      projects: [
        {
          ...PROJECT,
          id: 'demo',
          baseBranch: 'main',
          account: 'tamma',
          workflow: 'issue-to-pr',
          eligibility: {
            labelsRequired: ['tamma'],
            labelsExcluded: ['tamma-skip'],
            authorsTrusted: [],
            rolesTrusted: [],
            milestones: [],
            ageMin: 0,
            skipAssigned: true,
            bodyMinLength: 20,
            justification: { headings: [], labels: [] },
            skipBlocked: true,
            skipWithPullRequest: true,
            skipDuplicates: true,
          },
          priority: {
            base: 300,
            labels: { 'priority: high': 400, 'priority: medium': 200, bug: 150 },
            perDay: 5,
            ageMax: 200,
            assignedToSelf: 50,
          },
          approvals: { automatic: { plan: ['low'], merge: ['low'] }, deadline: DAY_MS },
          gates: {
            build: { command: ['npm', 'run', 'build'], timeout: 600_000, network: false },
            test: { command: ['npm', 'test'], timeout: 600_000, network: false },
            patch: { filesMax: 50, linesMax: 2000, allowSensitivePaths: false, protectedPaths: [] },
            sandbox: 'optional',
          },
          pullRequest: {
            title: '{title} (#{issue})',
            labels: [],
            reviewers: [],
            teamReviewers: [],
            draft: true,
          },
          merge: { method: 'merge', deleteBranch: true },
          ci: { deadline: DAY_MS / 12, recheck: 30_000, grace: 60_000, rerunOnce: true },
          reviews: { required: 0, deadline: 7 * DAY_MS, recheck: 60_000, settle: 60_000 },
          people: { view: 'triage', operate: 'write', approve: 'write' },
          onEdit: 'restart',
          ai: CANNED,
          budgets: { step: 5, workflow: 10, day: 50 },
        },
      ],
    });
  });

  it('keeps the other defaults of a group when one of its settings is given', () => {
    const config = configSchema.parse({ server: { port: 0 }, projects: [PROJECT] });
    expect(config.server).to.deep.equal({ ...SERVER, port: 0 });
  });

  it('is refused whole when it is none', () => {
    for (const rubbish of [undefined, null, '', [], 7]) expect(problemsOf(rubbish)).to.have.length(1);
  });

  it('tells all problems at once', () => {
    const input = { server: { port: -1 }, logging: { level: 'loud' }, projects: [{ ...PROJECT, issues: 7 }] };
    expect(problemsOf(input).map((line) => line.split(':')[0])).to.deep.equal([
      'server.port',
      'logging.level',
      'projects.0.issues',
    ]);
  });
});

describe('configuration with a misspelt key', () => {
  const PLACES: readonly (readonly [path: string, input: object])[] = [
    ['', { projects: [PROJECT], sever: {} }],
    ['server', { projects: [PROJECT], server: { prot: 1 } }],
    ['database', { projects: [PROJECT], database: { uri: 'x' } }],
    ['redis', { projects: [PROJECT], redis: { perfix: 'x' } }],
    ['workflow', { projects: [PROJECT], workflow: { max: 1 } }],
    ['taskQueue', { projects: [PROJECT], taskQueue: { lock: '1s' } }],
    ['workers', { projects: [PROJECT], workers: { heartbeat: '1s' } }],
    ['taskQueue.limits.ai', { projects: [PROJECT], taskQueue: { limits: { ai: { max: 1 } } } }],
    ['taskQueue.limits.ai.rate', withRate({ max: 1, per: '1s', burst: 2 })],
    ['breaker', { projects: [PROJECT], breaker: { fails: 1 } }],
    ['recovery', { projects: [PROJECT], recovery: { interval: '1s' } }],
    ['intake', { projects: [PROJECT], intake: { poll: '1s' } }],
    ['events', { projects: [PROJECT], events: { batch: 1 } }],
    ['logging', { projects: [PROJECT], logging: { levels: 'info' } }],
    ['projects.0', withProject({ baseBrunch: 'main' })],
    ['projects.0.eligibility', withProject({ eligibility: { labels: [] } })],
    ['projects.0.priority', withProject({ priority: { perWeek: 1 } })],
    ['projects.0.approvals', withProject({ approvals: { automated: {} } })],
    ['projects.0.approvals.automatic', withProject({ approvals: { automatic: { plans: [] } } })],
    ['projects.0.gates', withProject({ gates: { lint: {} } })],
    ['projects.0.gates.test', withProject({ gates: { test: { command: ['x'], timeOut: '1s' } } })],
    ['projects.0.gates.patch', withProject({ gates: { patch: { files: 1 } } })],
    ['projects.0.eligibility.justification', withProject({ eligibility: { justification: { texts: [] } } })],
    ['projects.0.pullRequest', withProject({ pullRequest: { titel: 'x' } })],
    ['projects.0.merge', withProject({ merge: { methods: [] } })],
    ['projects.0.ci', withProject({ ci: { timeout: '1h' } })],
    ['projects.0.reviews', withProject({ reviews: { min: 1 } })],
    ['projects.0.people', withProject({ people: { admin: 'write' } })],
    ['projects.0.ai.agents.scripted', withProject({ ai: { ...PROJECT.ai, turns: 1 } })],
    ['projects.0.budgets', withProject({ budgets: { month: 1 } })],
    ['budgets', { projects: [PROJECT], budgets: { month: 1 } }],
    [
      'prices.m',
      { projects: [PROJECT], prices: { m: { input: 1, output: 1, cacheRead: 1, cacheWrite: 1, x: 1 } } },
    ],
  ];

  for (const [path, input] of PLACES) {
    it(`is refused at ${path === '' ? 'the top' : path}`, () => {
      expectOneProblem(input, path, 'Unrecognized key');
    });
  }
});

describe('configuration of projects', () => {
  it('wants at least one', () => {
    expectOneProblem({ projects: [] }, 'projects', 'at least one project');
    expect(problemsOf({})[0]).to.match(/^projects: /);
  });

  it('refuses a platform or a model provider nobody wrote yet', () => {
    expect(problemsOf(withProject({ platform: 'gitlab' }))[0]).to.match(/^projects\.0\.platform: /);
    expect(problemsOf(withProject({ ai: { provider: 'oracle' } }))[0]).to.match(
      /^projects\.0\.ai\.agents\.agent\.provider: /,
    );
  });

  for (const key of Object.keys(PROJECT).filter((one) => one !== 'ai')) {
    it(`refuses one without its ${key}`, () => {
      const rest = Object.fromEntries(Object.entries(PROJECT).filter(([name]) => name !== key));
      expect(problemsOf({ projects: [rest] })[0]).to.match(new RegExp(`^projects\\.0\\.${key}`));
    });
  }

  it('makes an id from the repository when none is given', () => {
    expect(idsOf({ ...PROJECT, repository: '/srv/My Project.git/' })).to.deep.equal(['my-project']);
    expect(idsOf({ ...PROJECT, repository: '/srv/2024.git' })).to.deep.equal(['project-2024']);
    expect(idsOf({ ...PROJECT, repository: '///' })).to.deep.equal(['untitled']);
    expect(idsOf({ ...PROJECT, id: 'own-1' })).to.deep.equal(['own-1']);
  });

  for (const id of ['', 'A', 'a_b', 'a:b', '-a', 'a.b', 'x'.repeat(41)]) {
    it(`refuses the id "${id}"`, () => {
      expectOneProblem(withProject({ id }), 'projects.0.id', 'lower-case letters, digits and dashes');
    });
  }

  it('refuses an id of digits alone', () => {
    expectOneProblem(withProject({ id: '2024' }), 'projects.0.id', 'at least one letter');
  });

  it('refuses an id that another project has, given or made', () => {
    const input = { projects: [PROJECT, { ...PROJECT, id: 'other' }, { ...PROJECT, id: 'demo' }] };
    expectOneProblem(input, 'projects.2.id', '"demo" is the id of projects[0] already');
    const [first, second] = problemsOf({ projects: [PROJECT, PROJECT, PROJECT] });
    expect(first).to.match(/^projects\.1\.id: /);
    expect(second).to.match(/^projects\.2\.id: /);
  });
});

describe('configuration of eligibility', () => {
  const eligibility = (rules: object) => withProject({ eligibility: rules });

  it('cleans labels as issues have them', () => {
    const config = configSchema.parse(eligibility({ labelsRequired: [' Tamma', 'BUG', 'bug'] }));
    expect(config.projects[0]?.eligibility.labelsRequired).to.deep.equal(['tamma', 'bug']);
  });

  it('refuses a label that is required and excluded, however it is written', () => {
    const rules = { labelsRequired: ['Bug', 'tamma'], labelsExcluded: ['wip', ' bug '] };
    const path = 'projects.0.eligibility.labelsExcluded';
    expectOneProblem(eligibility(rules), path, '"bug" is both required and excluded');
    expectOneProblem(eligibility({ labelsExcluded: ['tamma'] }), path, '"tamma" is both');
  });

  it('refuses a blank label, which would let every issue in', () => {
    const input = eligibility({ labelsRequired: ['  '] });
    expect(problemsOf(input)[0]).to.match(/^projects\.0\.eligibility\.labelsRequired\.0: /);
  });

  it('lets a project require no label when it says so', () => {
    expect(problemsOf(eligibility({ labelsRequired: [], bodyMinLength: 0 }))).to.deep.equal([]);
  });
});

describe('configuration of approvals, priority and gates', () => {
  it('never lets high risk pass by itself', () => {
    for (const kind of ['plan', 'merge']) {
      const input = withProject({ approvals: { automatic: { [kind]: ['low', 'high'] } } });
      const path = `projects.0.approvals.automatic.${kind}.1`;
      expectOneProblem(input, path, 'high risk always asks a person');
    }
    expect(
      problemsOf(withProject({ approvals: { automatic: { plan: [], merge: ['medium'] } } })),
    ).to.deep.equal([]);
  });

  it('writes labels with points as issues have them', () => {
    const config = configSchema.parse(withProject({ priority: { labels: { ' Priority: High ': 100 } } }));
    expect(config.projects[0]?.priority.labels).to.deep.equal({ 'priority: high': 100 });
  });

  it('keeps points between 0 and 1000', () => {
    for (const key of ['base', 'perDay', 'ageMax', 'assignedToSelf']) {
      for (const points of [-1, 1001, '5', Number.NaN]) {
        const input = withProject({ priority: { [key]: points } });
        expect(problemsOf(input)[0]).to.match(new RegExp(`^projects\\.0\\.priority\\.${key}: `));
      }
    }
    expect(problemsOf(withProject({ priority: { labels: { bug: 1001 } } }))[0]).to.match(
      /priority\.labels\.bug: /,
    );
  });

  it('wants a command of at least a program', () => {
    const input = withProject({ gates: { test: { command: [] } } });
    expectOneProblem(input, 'projects.0.gates.test.command', 'a program and its arguments');
    expect(problemsOf(withProject({ gates: { build: { command: 'npm test' } } }))[0]).to.match(
      /^projects\.0\.gates\.build\.command: /,
    );
    expect(problemsOf(withProject({ gates: { security: { command: [''] } } }))[0]).to.match(
      /^projects\.0\.gates\.security\.command\.0: /,
    );
  });

  it('has no security command, and gives one ten minutes', () => {
    expect(buildProject().gates.security).to.equal(undefined);
    const config = configSchema.parse(withProject({ gates: { security: { command: ['scan'] } } }));
    expect(config.projects[0]?.gates.security).to.deep.equal({
      command: ['scan'],
      timeout: 600_000,
      network: false,
    });
  });

  it('lets preparing reach the network, and gates only where that is said', () => {
    const gates = { prepare: { command: ['npm', 'ci'] }, test: { command: ['npm', 'test'], network: true } };
    const [project] = configSchema.parse(withProject({ gates })).projects;
    expect(project?.gates.prepare).to.deep.equal({ command: ['npm', 'ci'], timeout: 600_000, network: true });
    expect(project?.gates).to.have.nested.property('test.network', true);
    expect(project?.gates).to.have.nested.property('build.network', false);
  });

  it('has no budget where that is said in so many words', () => {
    const none = { step: null, workflow: null, day: null };
    const config = configSchema.parse({ ...withProject({ budgets: none }), budgets: { day: null } });
    expect(config.projects[0]?.budgets).to.deep.equal(none);
    expect(config.budgets.day).to.equal(null);
  });

  it('counts patch limits and turns from one', () => {
    for (const patch of [{ filesMax: 0 }, { linesMax: 1.5 }]) {
      const [key] = Object.keys(patch);
      const input = withProject({ gates: { patch } });
      expect(problemsOf(input)[0]).to.match(new RegExp(`^projects\\.0\\.gates\\.patch\\.${key}: `));
    }
    for (const turnsMax of [0, 201]) {
      const input = withProject({ ai: { ...PROJECT.ai, turnsMax } });
      expect(problemsOf(input)[0]).to.match(/^projects\.0\.ai\.turnsMax: /);
    }
  });
});

describe('configuration of time', () => {
  const all = (group: object) => ({ ...group, projects: [PROJECT] });

  const TIMERS = [
    ['taskQueue', 'lockDuration'],
    ['taskQueue', 'stalledInterval'],
    ['workers', 'heartbeatInterval'],
    ['workers', 'offlineAfter'],
    ['workers', 'shutdownGrace'],
    ['intake', 'pollInterval'],
    ['events', 'flushInterval'],
  ] as const;

  for (const [group, key] of [...TIMERS, ['workflow', 'escalationDeadline'] as const]) {
    it(`refuses a length of time for ${group}.${key} that is none`, () => {
      expectOneProblem(all({ [group]: { [key]: '5 minutes' } }), `${group}.${key}`, 'a length of time');
      expectOneProblem(all({ [group]: { [key]: 5000 } }), `${group}.${key}`, 'expected string');
    });
  }

  for (const [group, key] of TIMERS) {
    it(`refuses a ${group}.${key} of nothing, or beyond what a timer can keep`, () => {
      for (const length of ['0s', '30d']) {
        expectOneProblem(all({ [group]: { [key]: length } }), `${group}.${key}`, 'at most 24d');
      }
    });
  }

  it('refuses a gate no time, and lets deadlines lie further ahead than timers', () => {
    const gate = withProject({ gates: { test: { command: ['x'], timeout: '0s' } } });
    expectOneProblem(gate, 'projects.0.gates.test.timeout', 'at least 1ms');
    const deadline = withProject({ approvals: { deadline: 'soon' } });
    expectOneProblem(deadline, 'projects.0.approvals.deadline', 'a length of time');
    const far = {
      workflow: { escalationDeadline: '30d' },
      ...withProject({ approvals: { deadline: '30d' } }),
    };
    expect(problemsOf(far)).to.deep.equal([]);
  });

  it('refuses a lock shorter than a second', () => {
    const path = 'taskQueue.lockDuration';
    expectOneProblem(all({ taskQueue: { lockDuration: '999ms' } }), path, 'at least 1s');
    expect(problemsOf(all({ taskQueue: { lockDuration: '1s' } }))).to.deep.equal([]);
  });

  it('refuses to give up a worker before it missed two beats', () => {
    const workers = (heartbeatInterval: string, offlineAfter: string) =>
      all({ workers: { heartbeatInterval, offlineAfter } });
    expectOneProblem(workers('10s', '19999ms'), 'workers.offlineAfter', 'twice workers.heartbeatInterval');
    expectOneProblem(all({ workers: { heartbeatInterval: '16s' } }), 'workers.offlineAfter', 'twice');
    expect(problemsOf(workers('10s', '20s'))).to.deep.equal([]);
  });
});

const RUBBISH = [null, undefined, 7, -1, '', ' ', 'x', true, {}, [], [''], [' '], [null], [[]]];

/** The paths of everything in it, from the outside in. */
function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, one]) => pathsIn(one).map((path) => [key, ...path]));
  return [[], ...inner];
}

function withRubbish(value: unknown, [key, ...rest]: readonly string[], rubbish: unknown): unknown {
  if (key === undefined) return rubbish;
  if (typeof value !== 'object' || value === null) return value;
  const changed = Object.entries(value).map(([name, one]) => [
    name,
    name === key ? withRubbish(one, rest, rubbish) : one,
  ]);
  return Array.isArray(value) ? changed.map(([, one]) => one) : Object.fromEntries(changed);
}

const WRITTEN = {
  server: { host: 'localhost', port: 1 },
  taskQueue: { lockDuration: '5s' },
  workers: { heartbeatInterval: '1s', offlineAfter: '9s' },
  projects: [
    {
      ...PROJECT,
      id: 'demo',
      eligibility: { labelsRequired: ['a'], labelsExcluded: ['b'] },
      priority: { labels: { bug: 1 } },
      approvals: { automatic: { plan: ['low'] }, deadline: '1h' },
      gates: { test: { command: ['x'], timeout: '1m' } },
    },
  ],
};

describe('configuration with rubbish anywhere', () => {
  it('is refused or taken, never a crash', () => {
    expect(problemsOf(WRITTEN)).to.deep.equal([]);
    const inputs = pathsIn(WRITTEN).flatMap((path) => RUBBISH.map((one) => withRubbish(WRITTEN, path, one)));
    const refused = inputs.filter((input) => problemsOf(input).length > 0);
    expect(refused).to.have.length.above(300);
  });
});

describe('configuration of the rest', () => {
  const REFUSED: readonly (readonly [path: string, group: object])[] = [
    ['server.port', { server: { port: 65_536 } }],
    ['server.port', { server: { port: '3000' } }],
    ['server.host', { server: { host: '' } }],
    ['database.poolMax', { database: { poolMax: 101 } }],
    ['redis.prefix', { redis: { prefix: 'a:b' } }],
    ['redis.prefix', { redis: { prefix: '' } }],
    ['redis.prefix', { redis: { prefix: 'x'.repeat(31) } }],
    ['projects.0.repository', withProject({ repository: '' })],
    ['projects.0.issues', withProject({ issues: '' })],
    ['projects.0.baseBranch', withProject({ baseBranch: '' })],
    ['projects.0.account', withProject({ account: '' })],
    ['projects.0.workflow', withProject({ workflow: '' })],
    ['projects.0.merge.method', withProject({ merge: { method: 'octopus' } })],
    ['projects.0.ci.recheck', withProject({ ci: { recheck: '999ms' } })],
    ['projects.0.ci.deadline', withProject({ ci: { deadline: '366d' } })],
    ['projects.0.reviews.required', withProject({ reviews: { required: 11 } })],
    ['projects.0.reviews.recheck', withProject({ reviews: { recheck: '25d' } })],
    ['projects.0.people.operate', withProject({ people: { operate: 'everybody' } })],
    ['projects.0.onEdit', withProject({ onEdit: 'ignore' })],
    ['projects.0.pullRequest.title', withProject({ pullRequest: { title: '' } })],
    ['projects.0.eligibility.rolesTrusted.0', withProject({ eligibility: { rolesTrusted: ['friend'] } })],
    ['projects.0.gates.patch.protectedPaths.0', withProject({ gates: { patch: { protectedPaths: [' '] } } })],
    ['projects.0.ai.agents.scripted.answers', withProject({ ai: { ...PROJECT.ai, answers: '' } })],
    ['projects.0.eligibility.authorsTrusted.0', withProject({ eligibility: { authorsTrusted: [''] } })],
    ['workflow.maxConcurrent', { workflow: { maxConcurrent: 0 } }],
    ['workflow.maxConcurrent', { workflow: { maxConcurrent: 1001 } }],
    ['events.batchSize', { events: { batchSize: 5001 } }],
    ['events.unrecordedMax', { events: { unrecordedMax: 0 } }],
    ['logging.level', { logging: { level: 'silent' } }],
    ['projects.0.gates.sandbox', withProject({ gates: { sandbox: 'none' } })],
    ['projects.0.gates.testPaths.0', withProject({ gates: { testPaths: [''] } })],
    ['projects.0.gates.prepare.command', withProject({ gates: { prepare: {} } })],
    ['projects.0.budgets.step', withProject({ budgets: { step: 0 } })],
    ['projects.0.budgets.day', withProject({ budgets: { day: -1 } })],
    ['budgets.day', { budgets: { day: '5' } }],
    ['prices.claude-9.output', { prices: { 'claude-9': { input: 1, cacheRead: 1, cacheWrite: 1 } } }],
    ['projects.0.eligibility.bodyMinLength', withProject({ eligibility: { bodyMinLength: -1 } })],
  ];

  it('takes the ends of every range', () => {
    const least = { base: 0, perDay: 0, ageMax: 0, assignedToSelf: 0, labels: { x: 0 } };
    const most = { base: 1000, perDay: 1000, ageMax: 1000, assignedToSelf: 1000, labels: { x: 1000 } };
    const small = { id: 'a', repository: 'r', issues: 'i', baseBranch: 'b', account: 'a', workflow: 'w' };
    const ai = { ...PROJECT.ai, answers: 'a' };
    const eligibility = { authorsTrusted: ['a'] };
    expect(problemsOf(withProject({ ...small, ai, eligibility, priority: least }))).to.deep.equal([]);
    expect(problemsOf(withProject({ id: `a${'9'.repeat(39)}`, priority: most }))).to.deep.equal([]);
    for (const prefix of ['a', '9'.repeat(30)]) {
      expect(problemsOf({ redis: { prefix }, server: { host: 'h' }, projects: [PROJECT] })).to.deep.equal([]);
    }
  });

  for (const [path, group] of REFUSED) {
    it(`refuses ${JSON.stringify(group).slice(0, 60)}`, () => {
      const problems = problemsOf({ projects: [PROJECT], ...group });
      expect(problems).to.have.length(1);
      expect(problems[0]).to.contain(`${path}: `);
    });
  }
});
