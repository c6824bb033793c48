const OPENAI_HOST = 'api.openai.com';

/** `openai` for OpenAI itself, `openai:<host>` for another server, so that the limits of one do not park the other. */
export function serviceNameOf(baseUrl: string): string {
  const { host } = new URL(baseUrl);
  return host === OPENAI_HOST ? 'openai' : `openai:${host}`;
}

export function isOpenAiItself(baseUrl: string): boolean {
  return new URL(baseUrl).host === OPENAI_HOST;
}
