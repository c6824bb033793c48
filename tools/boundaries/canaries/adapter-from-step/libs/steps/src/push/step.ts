import { local } from '../../../git-platform/src/local/index.ts';

export const platform = local;
