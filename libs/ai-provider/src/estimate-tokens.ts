import type { AiRequest } from './ai-provider.ts';

/** Few texts have tokens this short: what is reserved by it is rather too much. */
const PROMPT_BYTES_PER_TOKEN = 2;
/** What services put around a conversation of their own. */
const PROMPT_TOKENS_AROUND = 200;
const ANSWER_CHARACTERS_PER_TOKEN = 3;

/** How many tokens a request takes in, rather too many than too few: for services that cannot say. */
export function estimatePromptTokens({ system, messages, tools }: Omit<AiRequest, 'purpose'>): number {
  return PROMPT_TOKENS_AROUND + tokensOfText(JSON.stringify({ system, messages, tools }));
}

/** How many tokens a text takes in, rather too many than too few. */
export function tokensOfText(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / PROMPT_BYTES_PER_TOKEN);
}

/** How many tokens an answer of this many characters may have taken. */
export function estimateAnswerTokens(characters: number): number {
  return Math.ceil(characters / ANSWER_CHARACTERS_PER_TOKEN);
}
