import type { AiRequest } from '@tamma/ai-provider';
import { FENCES } from '../../ai/fence.ts';
import { withoutMarks } from './obeying-model.ts';

/** Closed by the first thing that a careless reader takes for its end. */
const FENCED = new RegExp(`<(${FENCES.join('|')})(?: [^>\\n]*)?>\\n[\\s\\S]*?<\\s*/\\s*\\1\\s*>`, 'gi');

/**
 * What a request says in our own name: the system's text, the tools, and whatever of a message is outside its fences. What
 * a tool answered is data by its place.
 */
export function ownWords({ system, tools, messages }: AiRequest): string {
  const outside = messages.flatMap(({ role, content }) =>
    role === 'assistant' ? [] : content.map((block) => (block.type === 'text' ? block.text : '')),
  );
  const own = outside.map((text) => careless(text).replaceAll(FENCED, ''));
  return [system, JSON.stringify(tools), ...own].join('\n');
}

/** As it looks at a glance: wide letters are letters, the Cyrillic i is an i, and what nobody sees is not there. */
function careless(text: string): string {
  return withoutMarks(text).normalize('NFKC').replaceAll('\u0456', 'i');
}
