/**
 * The contract against a live server, for `npm run record:github`. Environment: GITHUB_API_URL, GITHUB_SERVER_URL,
 * GITHUB_TOKEN (the product), GITHUB_OTHER_TOKEN (somebody who may make and delete repositories),
 * TAMMA_RECORDINGS (folder to write to; absent: nothing is written).
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { gitPlatformContract, type PlatformFixture } from '../../contract.ts';
import { createGitHubFixture } from './github-fixture.ts';
import { createHands } from './hands.ts';
import { LEFT_OUT_OF_RECORDINGS, LEFT_OUT_ON_GITHUB } from './left-out.ts';
import { createRecorder } from './recorder.ts';
import { writeRecording } from './recording-file.ts';

const environment = z
  .object({
    GITHUB_API_URL: z.url().default('https://api.github.com'),
    GITHUB_SERVER_URL: z.url().default('https://github.com'),
    GITHUB_TOKEN: z.string().min(1),
    GITHUB_OTHER_TOKEN: z.string().min(1),
    TAMMA_RECORDINGS: z.string().optional(),
  })
  // biome-ignore lint/style/noProcessEnv: mocha starts this file, and hands nothing else on
  .parse(process.env);
const { GITHUB_API_URL: apiUrl, GITHUB_SERVER_URL: serverUrl } = environment;

let known: Promise<{ readonly ours: string; readonly other: string }> | null = null;

async function readLogins() {
  return {
    ours: await loginOf(environment.GITHUB_TOKEN),
    other: await loginOf(environment.GITHUB_OTHER_TOKEN),
  };
}

async function loginOf(token: string): Promise<string> {
  const hands = createHands({ apiUrl, token, fetch });
  return (await hands.call(z.object({ login: z.string() }), { path: '/user' })).login;
}

async function createFixture(test: string): Promise<PlatformFixture> {
  const repository = `tamma-contract-${randomUUID().slice(0, 8)}`;
  known ??= readLogins();
  const logins = await known;
  const recorder = createRecorder(apiUrl);
  const ours = { login: logins.ours, token: environment.GITHUB_TOKEN, fetch: recorder.fetchAs('ours') };
  const other = {
    login: logins.other,
    token: environment.GITHUB_OTHER_TOKEN,
    fetch: recorder.fetchAs('other'),
  };
  const place = { apiUrl, serverUrl, repository };
  const fixture = await createGitHubFixture({ ...place, ours, other });
  const folder = environment.TAMMA_RECORDINGS;
  const isLeftOut = LEFT_OUT_OF_RECORDINGS.some(({ tests }) => tests === test);
  return {
    ...fixture,
    [Symbol.asyncDispose]: async () => {
      await fixture[Symbol.asyncDispose]();
      const recording = { test, ...logins, exchanges: [...recorder.exchanges] };
      if (folder !== undefined && !isLeftOut) await writeRecording(folder, recording, place);
    },
  };
}

gitPlatformContract(`github, live at ${apiUrl}`, createFixture, LEFT_OUT_ON_GITHUB);
