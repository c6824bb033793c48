export type { GitHubConnectionOptions } from './access.ts';
export type { GitHubAuthentication } from './authentication.ts';
export { checkGitHubProject, type GitHubProject } from './check.ts';
export type { GitHubProblem } from './check-problem.ts';
export { createGitHubConnection, type GitHubConnection } from './connection.ts';
export type { CallReport, LimitReport } from './exchange.ts';
export { createGitHubPlatform } from './platform.ts';
