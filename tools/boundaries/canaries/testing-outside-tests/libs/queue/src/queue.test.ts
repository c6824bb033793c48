import { clock } from '../../testing/src/clock.ts';

export const tested = clock;
