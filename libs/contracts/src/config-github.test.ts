import { expect } from 'chai';
import { configSchema } from './config.ts';
import { buildGitHubProject, buildProject } from './testing/builders.ts';

const PROJECT = {
  platform: 'github',
  repository: 'acme/till',
  ai: { provider: 'scripted', answers: 'answers' },
} as const;

function problemsOf(overrides: object): string[] {
  const parsed = configSchema.safeParse({ projects: [{ ...PROJECT, ...overrides }] });
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

function projectOf(overrides: object) {
  return configSchema.parse({ projects: [{ ...PROJECT, ...overrides }] }).projects[0];
}

describe('configuration of a project on GitHub', () => {
  it('has what a local one has, but for its places, its account and whom it trusts', () => {
    const { repository: _, issues: __, ...local } = buildProject();
    const { repository, ...github } = buildGitHubProject({ account: '' });
    expect(repository).to.equal('acme/till');
    expect(github).to.deep.equal({
      ...local,
      platform: 'github',
      id: 'till',
      account: '',
      eligibility: { ...local.eligibility, rolesTrusted: ['owner', 'member', 'collaborator'] },
    });
  });

  it('keeps whom it trusts when another rule is given, and trusts others only when it says so', () => {
    const rolesOf = (eligibility: object) => projectOf({ eligibility })?.eligibility.rolesTrusted;
    expect(rolesOf({ bodyMinLength: 0 })).to.deep.equal(['owner', 'member', 'collaborator']);
    expect(rolesOf({ rolesTrusted: [] })).to.deep.equal([]);
    expect(rolesOf({ rolesTrusted: ['contributor'] })).to.deep.equal(['contributor']);
    expect(rolesOf({ authorsTrusted: ['ada'] })).to.deep.equal(['owner', 'member', 'collaborator']);
  });

  for (const repository of [
    'till',
    '',
    '/till',
    'acme/',
    'acme/till/x',
    '-acme/till',
    'https://github.com/acme/till',
    'acme/ti ll',
    '../till',
    'acme/..',
    7,
  ]) {
    it(`refuses the repository ${JSON.stringify(repository)}`, () => {
      const problems = problemsOf({ repository });
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(/^projects\.0\.repository: /);
    });
  }

  it('takes the names GitHub allows, and makes an id of them', () => {
    for (const [repository, id] of [
      ['acme/.github', 'github'],
      ['A-1/My_Repo.js', 'my-repo-js'],
      [`${'a'.repeat(39)}/${'b'.repeat(100)}`, 'b'.repeat(40)],
    ] as const) {
      expect(projectOf({ repository })?.id, repository).to.equal(id);
    }
  });

  it('wants no folder of issues, and no rubbish for rules', () => {
    expect(problemsOf({ issues: 'issues' })[0]).to.contain('Unrecognized key');
    for (const eligibility of [7, 'x', [], null]) {
      expect(problemsOf({ eligibility })[0], JSON.stringify(eligibility)).to.match(
        /^projects\.0\.eligibility/,
      );
    }
    expect(problemsOf({ eligibility: { labelsRequired: ['a'], labelsExcluded: ['a'] } })).to.have.length(1);
  });

  it('may stand beside a local one', () => {
    const local = { platform: 'local', repository: 'r', issues: 'i', ai: PROJECT.ai };
    const { projects } = configSchema.parse({ projects: [local, PROJECT] });
    expect(projects.map(({ platform }) => platform)).to.deep.equal(['local', 'github']);
  });
});
