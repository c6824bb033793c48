import type {
  AiProvider,
  AiRequest,
  AiResponse,
  AssistantBlock,
  Message,
  UserBlock,
} from '@tamma/ai-provider';
import { mapTexts, textsOf } from './map-texts.ts';

/** Takes what looks like a secret out of a text; the same text always comes out the same. */
export type Mask = (text: string) => Promise<string>;

/** A provider that sees no secret. Each message is masked once, so that what was sent before stays as it was. */
export function maskAi(provider: AiProvider, mask: Mask): AiProvider {
  const maskRequest = createRequestMask(mask);
  return {
    name: provider.name,
    model: provider.model,
    price: provider.price,
    countTokens: async (request, options) => provider.countTokens(await maskRequest(request), options),
    respond: async (request, options) => provider.respond(await maskRequest(request), options),
  };
}

/** An answer as it may be kept. Thoughts lose their signature's worth with that: nobody can send them again. */
export async function maskAnswer(response: AiResponse, mask: Mask): Promise<AiResponse> {
  const content = response.content.map((block) =>
    block.type === 'opaque' ? maskOpaque(block, mask) : maskAssistant(block, mask),
  );
  return { ...response, content: await Promise.all(content) };
}

type OpaqueBlock = Extract<AssistantBlock, { type: 'opaque' }>;

async function maskOpaque(block: OpaqueBlock, mask: Mask): Promise<AssistantBlock> {
  return { ...block, data: await maskValue(block.data, mask) };
}

function createRequestMask(mask: Mask): (request: AiRequest) => Promise<AiRequest> {
  const messages = new WeakMap<Message, Promise<Message>>();
  let system: { readonly text: string; readonly masked: Promise<string> } | null = null;
  const maskSystem = (text: string): Promise<string> => {
    if (system?.text === text) return system.masked;
    const masked = mask(text);
    system = { text, masked };
    // What could not be judged is judged anew the next time.
    masked.catch(() => {
      system = null;
    });
    return masked;
  };
  const maskOnce = (message: Message): Promise<Message> => {
    const known = messages.get(message);
    if (known !== undefined) return known;
    const masked = maskMessage(message, mask);
    messages.set(message, masked);
    masked.catch(() => messages.delete(message));
    return masked;
  };
  return async (request) => ({
    ...request,
    system: await maskSystem(request.system),
    messages: await Promise.all(request.messages.map(maskOnce)),
  });
}

async function maskMessage(message: Message, mask: Mask): Promise<Message> {
  if (message.role === 'user') {
    return { ...message, content: await Promise.all(message.content.map((block) => maskUser(block, mask))) };
  }
  const content = await Promise.all(message.content.map((block) => maskAssistant(block, mask)));
  return { ...message, content };
}

async function maskUser(block: UserBlock, mask: Mask): Promise<UserBlock> {
  return block.type === 'text'
    ? { ...block, text: await mask(block.text) }
    : { ...block, content: await mask(block.content) };
}

/** What is the provider's own goes back as it came: it knows it already. */
async function maskAssistant(block: AssistantBlock, mask: Mask): Promise<AssistantBlock> {
  switch (block.type) {
    case 'text':
      return { ...block, text: await mask(block.text) };
    case 'tool_call':
      return { ...block, input: await maskValue(block.input, mask) };
    case 'opaque':
      return block;
  }
}

async function maskValue(value: unknown, mask: Mask): Promise<unknown> {
  const texts = [...new Set(textsOf(value))];
  const masked = await Promise.all(texts.map(mask));
  const byText = new Map(texts.map((text, index) => [text, masked[index] ?? '']));
  return mapTexts(value, (text) => byText.get(text) ?? '');
}
