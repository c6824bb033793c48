import type { App } from '../../../apps/worker/src/app.ts';

export type Owner = App;
