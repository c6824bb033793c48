import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Issue } from '@tamma/domain';
import { TammaError } from '@tamma/domain';
import type { StepContext } from '../step.ts';
import { fence } from './fence.ts';

/** What a model is told before all data: the same for every issue, so that its service can keep it. */
export interface Prompt {
  /** Folder and file, such as `plan-generation/prompt.md`. */
  readonly name: string;
  readonly version: number;
  /** The first 12 hexadecimal digits of the text's SHA-256. */
  readonly hash: string;
  readonly text: string;
}

const FRONT = /^---\nversion: ([1-9]\d*)\n---\n+/;
const HASH_LENGTH = 12;

/** What holds whenever a model is asked: how it tells data from orders, and what we want from its words. */
const RULES = splitFront(new URL('./rules.md', import.meta.url)).text;

/** Prompts are files beside their step, so that they can be read and changed as text. */
export function loadPrompt(url: URL): Prompt {
  const { version, text: own } = splitFront(url);
  const text = `${own.trimEnd()}\n\n${RULES.trimEnd()}\n`;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
  return { name: nameOf(url), version, hash, text };
}

/** For the record: which words were said, `plan-generation/prompt.md@2#1a2b3c4d5e6f`. */
export function referenceOf({ name, version, hash }: Prompt): string {
  return `${name}@${version}#${hash}`;
}

function splitFront(url: URL): { readonly version: number; readonly text: string } {
  const whole = readFileSync(url, 'utf8');
  const front = FRONT.exec(whole);
  if (front === null) {
    throw new TammaError('PROMPT_UNVERSIONED', `the prompt ${nameOf(url)} has no version`, {
      class: 'validation',
      remedy: 'begin the file with the lines ---, version: 1 and ---',
    });
  }
  return { version: Number(front[1]), text: whole.slice(front[0].length) };
}

function nameOf({ pathname }: URL): string {
  return pathname.split('/').slice(-2).join('/');
}

/** An issue with who wrote it. */
export function describeIssue({ head }: Pick<StepContext, 'head'>, issue: Issue): string {
  const { author, authorRole: role } = issue;
  const labels = { source: head.project.platform, author, role };
  return fence('issue', `#${issue.number} ${issue.title}\n\n${issue.body}`, labels);
}
