import { createPrivateKey } from 'node:crypto';
import { resolve } from 'node:path';
import { reportError } from '@tamma/domain';
import type { EnvironmentReader } from './environment-reader.ts';
import { readStart } from './token-file.ts';

export type GitHubCredentials =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      /** PEM. */
      readonly privateKey: string;
      /** Null: it is looked up for each repository. */
      readonly installationId: number | null;
    };

/** A token or an App, never both; null when neither is set, which is no problem by itself: projects may lie elsewhere. */
export async function readGitHubCredentials(reader: EnvironmentReader): Promise<GitHubCredentials | null> {
  const token = await reader.readSecret('GITHUB_TOKEN');
  const appId = reader.read('GITHUB_APP_ID');
  const isApp = appId !== null || hasKey(reader);
  if (token !== null && isApp) {
    reader.note(
      'GITHUB_TOKEN',
      'is set, and so is a GitHub App: which of them counts is a guess',
      'Unset one of them.',
    );
    return null;
  }
  if (isApp) return await readApp(reader, appId);
  if (token === null) return null;
  if (!/^[\x21-\x7e]+$/.test(token)) {
    reader.note('GITHUB_TOKEN', 'has spaces or other characters that no token has', 'Copy the token anew.');
    return null;
  }
  return { kind: 'token', token };
}

function hasKey({ read }: EnvironmentReader): boolean {
  return read('GITHUB_APP_PRIVATE_KEY_PATH') !== null || read('GITHUB_APP_PRIVATE_KEY') !== null;
}

async function readApp(reader: EnvironmentReader, appId: string | null): Promise<GitHubCredentials | null> {
  const privateKey = await readKey(reader);
  const installation = reader.read('GITHUB_APP_INSTALLATION_ID');
  if (appId === null)
    reader.note('GITHUB_APP_ID', 'is not set, but a key of an App is', 'Set the id of the App.');
  else if (!/^[\w.-]{1,50}$/.test(appId))
    reader.note('GITHUB_APP_ID', 'expected the id of the App, a number');
  if (installation !== null && !/^\d{1,15}$/.test(installation)) {
    reader.note('GITHUB_APP_INSTALLATION_ID', 'expected a number', 'Unset it to have it looked up.');
  }
  if (appId === null || privateKey === null) return null;
  const installationId = installation === null ? null : Number(installation);
  return { kind: 'app', appId, privateKey, installationId };
}

async function readKey(reader: EnvironmentReader): Promise<string | null> {
  const path = reader.read('GITHUB_APP_PRIVATE_KEY_PATH');
  const own = reader.read('GITHUB_APP_PRIVATE_KEY');
  if (path !== null && own !== null) {
    reader.note(
      'GITHUB_APP_PRIVATE_KEY_PATH',
      'is set, and so is GITHUB_APP_PRIVATE_KEY',
      'Unset one of them.',
    );
    return null;
  }
  if (path !== null) return await readKeyFile(reader, path);
  if (own !== null) return requireKey(reader, 'GITHUB_APP_PRIVATE_KEY', own.replaceAll('\\n', '\n'));
  reader.note('GITHUB_APP_ID', 'is set without a key of the App', 'Set GITHUB_APP_PRIVATE_KEY_PATH.');
  return null;
}

async function readKeyFile(reader: EnvironmentReader, path: string): Promise<string | null> {
  const source = 'GITHUB_APP_PRIVATE_KEY_PATH';
  try {
    return requireKey(reader, source, (await readStart(resolve(reader.folder, path))).toString('utf8'));
  } catch (thrown) {
    const { code } = reportError(thrown);
    reader.note(source, `names a file that cannot be read (${code})`, 'Name a file that this user may read.');
    return null;
  }
}

function requireKey({ note }: EnvironmentReader, source: string, pem: string): string | null {
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return pem;
  } catch {
    // What is wrong with it is nothing to be shown: any part could be of the key.
  }
  note(source, 'holds no RSA key in PEM', "Download a private key from the App's settings.");
  return null;
}
