import { Octokit } from '@octokit/rest';
import type { GitHubClient } from '../client.ts';
import { repositoryJson } from './records.ts';

interface ScriptedCall {
  readonly method: string;
  /** Without the repository: `/pulls/7`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; text is sent as it is. */
  readonly json?: unknown;
  readonly text?: string;
}

/** One answer for every call, one after the other with the last one repeated, or as the call asks. */
export type Script = ScriptedAnswer | readonly ScriptedAnswer[] | ((call: ScriptedCall) => ScriptedAnswer);

export interface ScriptedGitHub {
  readonly client: GitHubClient;
  readonly calls: readonly ScriptedCall[];
  /** `GET /pulls/7`, in order. */
  routes(): readonly string[];
  bodiesOf(route: string): readonly unknown[];
}

const API = 'https://api.github.test';
/** The repository itself is there unless a test says otherwise. */
const DEFAULTS: Readonly<Record<string, Script>> = { 'GET /': { json: repositoryJson() } };

/** GitHub as a table from `GET /pulls/7` to what it answers; whatever is not in it fails the test by name. */
export function scriptedGitHub(table: Readonly<Record<string, Script>>): ScriptedGitHub {
  const calls: ScriptedCall[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const call = callOf(url, init);
    const route = `${call.method} ${call.path}`;
    const earlier = calls.filter((one) => `${one.method} ${one.path}` === route).length;
    calls.push(call);
    const script = table[route] ?? DEFAULTS[route];
    if (script === undefined) throw new Error(`the test has no answer for ${route}`);
    return respond(answerOf(script, call, earlier));
  };
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const octokit = new Octokit({ baseUrl: API, auth: 'secret-token', log, request: { fetch } });
  return {
    client: { octokit, owner: 'acme', repo: 'till', account: 'shipbot' },
    calls,
    routes: () => calls.map(({ method, path }) => `${method} ${path}`),
    bodiesOf: (route) => calls.filter((one) => `${one.method} ${one.path}` === route).map(({ body }) => body),
  };
}

function callOf(url: string, { method = 'GET', body }: RequestInit): ScriptedCall {
  const { pathname, searchParams } = new URL(url);
  const path = decodeURIComponent(pathname.replace(/^\/repos\/acme\/till(?=\/|$)/, '')) || '/';
  return { method, path, query: searchParams, body: typeof body === 'string' ? JSON.parse(body) : null };
}

function answerOf(script: Script, call: ScriptedCall, earlier: number): ScriptedAnswer {
  if (typeof script === 'function') return script(call);
  if (!isList(script)) return script;
  const answer = script[Math.min(earlier, script.length - 1)];
  if (answer === undefined) throw new Error(`the test has an empty list for ${call.method} ${call.path}`);
  return answer;
}

function isList(script: Script): script is readonly ScriptedAnswer[] {
  return Array.isArray(script);
}

function respond({ status = 200, headers = {}, json, text }: ScriptedAnswer): Response {
  const type = text === undefined ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
  const body = status === 204 ? null : (text ?? JSON.stringify(json ?? {}));
  return new Response(body, { status, headers: { 'content-type': type, ...headers } });
}
