/** One thing that is wrong with the configuration. Holds no value a person wrote: it could be a secret. */
export interface ConfigProblem {
  /** Where in the configuration: `projects[0].repository`; empty for the whole of it. */
  readonly path: string;
  /** What the value came from: a file, a variable or a flag. */
  readonly source: string;
  readonly message: string;
  /** What to do about it, as an imperative sentence. */
  readonly remedy?: string;
}

/** All problems as text for a terminal, one after the other. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [`${count} in the configuration:`, ...problems.map(formatProblem)].join('\n');
}

function formatProblem({ path, source, message, remedy }: ConfigProblem): string {
  const where = path === '' ? source : `${source}: ${path}`;
  return remedy === undefined ? `  ${where}: ${message}` : `  ${where}: ${message}\n    ${remedy}`;
}

/** `['projects', 0, 'repository']` as `projects[0].repository`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
