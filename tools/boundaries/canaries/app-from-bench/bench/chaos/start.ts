import { run } from '../../apps/worker/src/main.ts';

run();
