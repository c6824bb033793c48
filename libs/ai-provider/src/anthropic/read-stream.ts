import { APIError } from '@anthropic-ai/sdk';
import { Stream } from '@anthropic-ai/sdk/core/streaming';
import type { RespondOptions } from '../ai-provider.ts';
import { hearBytes } from '../hear-bytes.ts';
import { Draft } from './draft.ts';
import { cutStream, malformedAnswer } from './failures.ts';
import { STREAM_EVENTS, type StreamEvent, streamEvent } from './stream-event.ts';
import type { Watch } from './watch.ts';

type Ears = Pick<RespondOptions, 'onText' | 'onUsage'>;

/** Reads a streamed answer to its end; throws where it breaks off, stalls, or is no answer at all. */
export async function readStream(response: Response, watch: Watch, ears: Ears): Promise<Draft> {
  const draft = new Draft();
  for await (const { event, data } of Stream.rawEvents(heard(response, watch), watch.controller)) {
    watch.throwIfEnded();
    const known = toEvent(event, data, response.headers);
    if (known === null) continue;
    const text = draft.add(known);
    if (text !== '') ears.onText?.(text);
    if (known.type === 'message_stop') break;
    ears.onUsage?.(draft.tokens);
  }
  watch.throwIfEnded();
  if (!draft.isWhole) throw cutStream();
  return draft;
}

function heard(response: Response, watch: Watch): Response {
  const type = response.headers.get('content-type') ?? '';
  if (response.body === null || !type.includes('text/event-stream')) {
    throw malformedAnswer(`expected a stream of events, got ${type.slice(0, 80) || 'nothing'}`);
  }
  return hearBytes(response, watch.touch);
}

/** Null for a sign of life, and for kinds of events that nobody here knows. */
function toEvent(name: string | null, data: string, headers: Headers): StreamEvent | null {
  if (name === 'ping' || data === '') return null;
  const json = parseEvent(data);
  if (name === 'error' || typeOf(json) === 'error') {
    throw new APIError(undefined, json, undefined, headers);
  }
  if (!STREAM_EVENTS.has(typeOf(json))) return null;
  const event = streamEvent.safeParse(json);
  if (event.success) return event.data;
  throw malformedAnswer(`its event ${typeOf(json)} does not fit`);
}

function parseEvent(data: string): object {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // What stands there is nobody's text; that it is no JSON is all there is to say.
  }
  throw malformedAnswer('one of its events is no JSON object');
}

function typeOf(json: object): string {
  return 'type' in json && typeof json.type === 'string' ? json.type : '';
}
