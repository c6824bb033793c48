import { trim } from './trim.ts';

export const text = trim;
