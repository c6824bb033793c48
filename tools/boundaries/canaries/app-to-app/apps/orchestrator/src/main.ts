import { run } from '../../worker/src/run.ts';

run();
