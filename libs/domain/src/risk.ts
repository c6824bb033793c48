export const RISK_LEVELS = ['low', 'medium', 'high'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

export interface RiskQuestion {
  readonly labels: readonly string[];
  /** Paths the plan expects to touch, relative to the repository. */
  readonly files: readonly string[];
  /** What the plan itself said; it can raise the level, never lower it. */
  readonly claimed: RiskLevel;
  readonly deletesFiles: boolean;
  readonly breaking: boolean;
}

const HIGH_RISK_LABELS = ['security', 'breaking-change', 'risk: high'];
const MEDIUM_RISK_FILES = 10;
/**
 * Paths that steer builds, releases, people's permissions, or the coding programs that work here: what a change says to
 * those would instruct whoever repairs or reviews it.
 */
const SENSITIVE = [
  /^\.github\//,
  /^\.git/,
  /(^|\/)dockerfile/i,
  /(^|\/)package-lock\.json$/,
  /(^|\/)codeowners$/i,
  /^(?:\.circleci\/|jenkinsfile$|azure-pipelines\.ya?ml$)/i,
  /(^|\/)(?:agents|claude|gemini)(?:\.[\w-]+)?\.md$/i,
  /(^|\/)\.(?:agents|claude|codex|cursor|gemini|opencode|tamma)\//i,
  /(^|\/)(?:\.mcp\.json|\.cursorrules|\.aider[\w.-]*|opencode\.jsonc?)$/i,
];

export function assessRisk(question: RiskQuestion): RiskLevel {
  return highest([question.claimed, riskOfLabels(question.labels), riskOfChange(question)]);
}

function riskOfLabels(labels: readonly string[]): RiskLevel {
  return labels.some((label) => HIGH_RISK_LABELS.includes(label)) ? 'high' : 'low';
}

/** Deletions, breaking changes and sensitive paths are never waved through. */
function riskOfChange(question: RiskQuestion): RiskLevel {
  if (question.deletesFiles || question.breaking) return 'high';
  if (question.files.some(isSensitivePath)) return 'high';
  return question.files.length > MEDIUM_RISK_FILES ? 'medium' : 'low';
}

export function isSensitivePath(path: string): boolean {
  // A plan may write `./x` or `/x` for x.
  const plain = path.replace(/^[./]*\//, '');
  return SENSITIVE.some((pattern) => pattern.test(plain));
}

function highest(levels: readonly RiskLevel[]): RiskLevel {
  return levels.reduce((a, b) => (RISK_LEVELS.indexOf(b) > RISK_LEVELS.indexOf(a) ? b : a));
}
