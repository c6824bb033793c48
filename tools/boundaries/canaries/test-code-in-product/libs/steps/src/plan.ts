import { buildIssue } from '../../domain/src/testing/builders.ts';

export const plan = buildIssue;
