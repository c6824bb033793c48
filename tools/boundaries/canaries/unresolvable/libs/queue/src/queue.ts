import { nothing } from './nothing.ts';

export const queue = nothing;
