/**
 * `npm run record:github`: runs the contract against a live server and writes down what was said, with the part of
 * GitHub's OpenAPI description that it is checked with. `-- --live` only runs. Environment: see live-contract-process.ts.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractOperations } from './openapi-extract.ts';
import { OPENAPI, RECORDINGS, readAllRecordings } from './recording-file.ts';

/** Far too large to depend on: one file of it is fetched when recordings are made. */
const VERSION = '23.0.2';
const FILE = 'package/generated/api.github.com.json';
const CONTRACT = fileURLToPath(new URL('./live-contract-process.ts', import.meta.url));

function runContract(recordings: string | null): number {
  const environment = recordings === null ? {} : { TAMMA_RECORDINGS: recordings };
  const ran = spawnSync('mocha', [CONTRACT], {
    // biome-ignore lint/style/noProcessEnv: the address and the tokens are in it
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  return ran.status ?? 1;
}

function fetchDescription(): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'tamma-openapi-'));
  try {
    const packing = ['pack', '--silent', `@octokit/openapi@${VERSION}`];
    const name = execFileSync('npm', packing, { cwd: folder, encoding: 'utf8' }).trim();
    execFileSync('tar', ['-xzf', name, FILE], { cwd: folder });
    return JSON.parse(readFileSync(join(folder, FILE), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What lies there stays when the contract does not hold, or the description cannot be had. */
async function record(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tamma-recordings-'));
  try {
    const status = runContract(folder);
    if (status !== 0) return status;
    const recordings = await readAllRecordings(folder);
    const exchanges = recordings.flatMap((recording) => recording.exchanges);
    const openApi = extractOperations(fetchDescription(), { version: VERSION, exchanges });
    rmSync(RECORDINGS, { recursive: true, force: true });
    cpSync(folder, RECORDINGS, { recursive: true });
    await writeFile(OPENAPI, `${JSON.stringify(openApi, null, 1)}\n`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = process.argv.includes('--live') ? runContract(null) : await record();
