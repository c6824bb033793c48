import { expect } from 'chai';
import { assessRisk, isSensitivePath, RISK_LEVELS, type RiskQuestion } from './risk.ts';

function assess(overrides: Partial<RiskQuestion>): string {
  return assessRisk({
    labels: [],
    files: ['src/a.ts'],
    claimed: 'low',
    deletesFiles: false,
    breaking: false,
    ...overrides,
  });
}

function files(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `src/${i}.ts`);
}

describe('risk', () => {
  it('is low for a small change that nothing speaks against', () => {
    expect(assess({})).to.equal('low');
    expect(assess({ files: files(10), labels: ['bug'] })).to.equal('low');
  });

  it('is medium when more than ten files are touched', () => {
    expect(assess({ files: files(11) })).to.equal('medium');
  });

  it('is high for deletions, breaking changes, sensitive paths and labels that say so', () => {
    expect(assess({ deletesFiles: true })).to.equal('high');
    expect(assess({ breaking: true })).to.equal('high');
    expect(assess({ files: ['src/a.ts', '.github/workflows/ci.yml'] })).to.equal('high');
    for (const label of ['security', 'breaking-change', 'risk: high']) {
      expect(assess({ labels: ['bug', label] })).to.equal('high');
    }
  });

  it('is raised by what the plan claims, never lowered', () => {
    for (const claimed of RISK_LEVELS) {
      expect(assess({ claimed })).to.equal(claimed);
      expect(assess({ claimed, breaking: true })).to.equal('high');
    }
    expect(assess({ claimed: 'low', files: files(11) })).to.equal('medium');
    expect(assess({ claimed: 'high', files: files(11) })).to.equal('high');
  });
});

describe('sensitive paths', () => {
  const SENSITIVE = [
    '.github/CODEOWNERS',
    '.github/workflows/release.yml',
    '.gitattributes',
    '.gitmodules',
    '.gitlab-ci.yml',
    'Dockerfile',
    'infra/docker/Dockerfile.worker',
    'package-lock.json',
    'apps/web/package-lock.json',
    'docs/CODEOWNERS',
    '.circleci/config.yml',
    'Jenkinsfile',
    'AGENTS.md',
    'apps/web/CLAUDE.local.md',
    '.claude/settings.json',
    '.mcp.json',
    '.cursorrules',
    '.tamma/config.yaml',
    './.github/workflows/ci.yml',
    '/.github/workflows/ci.yml',
    '.././.github/workflows/ci.yml',
  ];
  const PLAIN = [
    'src/git.ts',
    'package.json',
    'src/.github.ts',
    'docs/dockerizing.md',
    'docs/agents-guide.md',
    'src/claude/client.ts',
    'src/opencode.ts',
    'my-package-lock.json',
  ];

  for (const path of SENSITIVE) {
    it(`count ${path}`, () => {
      expect(isSensitivePath(path)).to.equal(true);
    });
  }

  it('do not count plain files', () => {
    expect(PLAIN.filter(isSensitivePath)).to.deep.equal([]);
  });
});
