import type { AgentSettings } from '@tamma/contracts';
import type { ReadEvent } from '../cli-facts.ts';
import { readClaude } from './claude.ts';
import { readCodex } from './codex.ts';
import { readGemini } from './gemini.ts';
import { readOpencode } from './opencode.ts';

export type CliFormat = Extract<AgentSettings, { provider: 'command' }>['format'];

/** What reads the events of each kind of output; null: it is plain text. */
export const FORMATS: Readonly<Record<CliFormat, ReadEvent | null>> = {
  text: null,
  claude: readClaude,
  codex: readCodex,
  gemini: readGemini,
  opencode: readOpencode,
};
