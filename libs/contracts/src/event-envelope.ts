import { z } from 'zod';

/** Years, months and so on as our producers write them, on a day that every month has. */
const USUAL_MOMENT =
  /^2\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const ACTOR_KINDS: ReadonlySet<unknown> = new Set(['system', 'worker', 'human', 'agent']);
const REQUIRED = 7;

/**
 * Whether it is an envelope the schema would give back as it is. Every event is checked where it is made and where it
 * is read, and the schema takes several times as long; what is not usual here may still be right, and is for the schema.
 */
function isUsualEnvelope(value: unknown): value is Envelope {
  if (!isObject(value)) return false;
  const { id, type, at, actor, tags, metadata } = value;
  if (typeof id !== 'string' || id === '' || typeof type !== 'string') return false;
  if (typeof at !== 'string' || !USUAL_MOMENT.test(at) || !('data' in value)) return false;
  if (!isActor(actor) || !isMetadata(metadata) || !isTextByName(tags)) return false;
  const optional = countOptional(value);
  // A field that is unknown, or there without a value, makes more keys than that.
  return optional !== null && Object.keys(value).length === REQUIRED + optional;
}

function isTextByName(value: unknown): value is Readonly<Record<string, string>> {
  if (!isObject(value) || Array.isArray(value)) return false;
  for (const one of Object.values(value)) if (typeof one !== 'string') return false;
  return true;
}

/** Null when one of them is there and not what it should be. */
function countOptional({ workflowId, taskId, stepId, sessionKey, attempt }: Fields): number | null {
  let count = 0;
  for (const one of [workflowId, taskId, stepId, sessionKey]) {
    if (one === undefined) continue;
    if (typeof one !== 'string') return null;
    count += 1;
  }
  if (attempt === undefined) return count;
  return Number.isSafeInteger(attempt) ? count + 1 : null;
}

function isActor(value: unknown): boolean {
  return hasTwoFields(value) && ACTOR_KINDS.has(value.kind) && typeof value.id === 'string';
}

function isMetadata(value: unknown): boolean {
  return hasTwoFields(value) && Number.isSafeInteger(value.schemaVersion) && typeof value.source === 'string';
}

function hasTwoFields(value: unknown): value is Fields {
  return isObject(value) && Object.keys(value).length === 2;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** The library's own record costs as much as the rest of the envelope together, and every event passes here. */
const tags = z.custom<Readonly<Record<string, string>>>(isTextByName, 'expected text by name');

type Envelope = z.infer<typeof envelopeSchema>;

const envelopeSchema = z.object({
  id: z.string().min(1),
  type: z.string(),
  at: z.iso.datetime(),
  workflowId: z.string().optional(),
  taskId: z.string().optional(),
  stepId: z.string().optional(),
  attempt: z.int().optional(),
  sessionKey: z.string().optional(),
  actor: z.object({ kind: z.enum(['system', 'worker', 'human', 'agent']), id: z.string() }),
  tags,
  metadata: z.object({ schemaVersion: z.int(), source: z.string() }),
  data: z.unknown(),
});

/** Who told what, when and where; throws a ZodError that names the field. Its data are another schema's. */
export function parseEnvelope(value: unknown): Envelope {
  return isUsualEnvelope(value) ? value : envelopeSchema.parse(value);
}
