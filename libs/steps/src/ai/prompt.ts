import { readFileSync } from 'node:fs';
import type { Issue } from '@tamma/domain';

/** Prompts are files beside their step, so that they can be read and changed as text. */
export function loadPrompt(url: URL): string {
  return readFileSync(url, 'utf8');
}

/** Text from outside is data: fenced, named as such, and unable to close its own fence, however it is spelled. */
export function fence(name: string, text: string): string {
  const harmless = text.replaceAll(new RegExp(`<(?=\\s*/\\s*${name}\\b)`, 'gi'), '<\\');
  return `<${name}>\n${harmless}\n</${name}>`;
}

export function describeIssue(issue: Issue): string {
  return fence('issue', `#${issue.number} ${issue.title}\n\n${issue.body}`);
}
