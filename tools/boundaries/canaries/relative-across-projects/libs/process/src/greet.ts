import { name } from '../../domain/src/name.ts';

export const greeting = name;
