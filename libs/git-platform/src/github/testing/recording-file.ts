import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { fileNameOf, RECORDED, type Recording, recordingSchema } from './recording.ts';
import { pack, unpack } from './shared-values.ts';

const packedSchema = recordingSchema.omit({ exchanges: true }).extend({
  shared: z.array(z.json()),
  exchanges: z.json(),
});

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/g;
const FIRST_MS = Date.parse('2026-01-01T00:00:00Z');

/** Where the recordings lie that the tests answer from. */
export const RECORDINGS = fileURLToPath(new URL('../recordings', import.meta.url));
/** GitHub's description of the operations in them. */
export const OPENAPI = join(RECORDINGS, 'openapi.json');
const OPENAPI_NAME = basename(OPENAPI);

export interface RecordedPlace {
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly repository: string;
}

export async function writeRecording(
  folder: string,
  recording: Recording,
  place: RecordedPlace,
): Promise<void> {
  const answers = JSON.stringify(recording.exchanges.map(({ answer }) => answer));
  const text = withTimes(withStandIns(JSON.stringify(recording), place), answers);
  const { exchanges, ...head } = recordingSchema.parse(JSON.parse(text));
  const { shared, value } = pack(z.json().parse(exchanges));
  const parts = { ...head, shared, exchanges: value };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, fileNameOf(recording.test)), render(parts));
}

export async function readRecording(folder: string, test: string): Promise<Recording> {
  const name = fileNameOf(test);
  if (!(await readdir(folder)).includes(name)) {
    throw new Error(`there is no recording ${name} of "${test}": npm run record:github`);
  }
  return await readRecordingFile(join(folder, name));
}

export async function readAllRecordings(folder: string): Promise<readonly Recording[]> {
  const names = (await readdir(folder))
    .filter((name) => name !== OPENAPI_NAME && name.endsWith('.json'))
    .toSorted();
  return await Promise.all(names.map((name) => readRecordingFile(join(folder, name))));
}

async function readRecordingFile(path: string): Promise<Recording> {
  const { shared, exchanges, ...head } = packedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  return recordingSchema.parse({ ...head, exchanges: unpack({ shared, value: exchanges }) });
}

/** One exchange a line: what changed is seen when it is recorded again. */
function render(parts: z.input<typeof packedSchema>): string {
  const lines = Object.entries(parts).map(([key, value]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map((one) => JSON.stringify(one)).join(',\n')}\n]`
      : JSON.stringify(value);
    return `${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

function withStandIns(text: string, { apiUrl, serverUrl, repository }: RecordedPlace): string {
  const host = new URL(serverUrl).host;
  const standIn = new URL(RECORDED.serverUrl).host;
  return text
    .replaceAll(apiUrl, RECORDED.apiUrl)
    .replaceAll(serverUrl, RECORDED.serverUrl)
    .replaceAll(`//${host}/`, `//${standIn}/`)
    .replaceAll(`@${host}:`, `@${standIn}:`)
    .replaceAll(repository, RECORDED.repository);
}

/** Times that the server made, in their order, a second apart; what a request brings along by itself stays. */
function withTimes(text: string, answers: string): string {
  const made = [...new Set(answers.match(TIME) ?? [])].toSorted(
    (one, other) => Date.parse(one) - Date.parse(other),
  );
  const standIns = new Map(made.map((time, index) => [time, new Date(FIRST_MS + index * 1000)] as const));
  return text.replaceAll(TIME, (time) => {
    const standIn = standIns.get(time);
    return standIn === undefined ? time : standIn.toISOString().replace('.000Z', 'Z');
  });
}
