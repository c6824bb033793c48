export { checkLocalProject, type LocalProject, type ProjectProblem } from './check.ts';
export { createLocalPlatform, type LocalPlatformOptions } from './platform.ts';
