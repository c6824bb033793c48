export interface GitHubProblem {
  /** The key of the project's settings that is wrong. */
  readonly path: string;
  /** What is wrong and what to do about it. */
  readonly message: string;
}

export function error(path: string, message: string): GitHubProblem {
  return { path, message };
}
