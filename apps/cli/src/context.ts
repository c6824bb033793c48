import { type Api, createApi } from './api/api.ts';
import { createHttp } from './api/http.ts';
import { type Environment, readEnvironment } from './environment.ts';
import type { ExitCode } from './exit-code.ts';
import { createFollow, type Follow } from './live/follow.ts';
import { readSettings } from './settings.ts';
import { createOutput, type Output, type Stream } from './terminal/output.ts';

/** What the process hands in. */
export interface Runtime {
  /** The process's own variables; `.env` is read below them. */
  readonly environment: Environment;
  readonly folder: string;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly now: () => number;
  /** A person pressed Ctrl-C. */
  readonly stop: AbortSignal;
}

export interface GlobalFlags {
  readonly url?: string | undefined;
  readonly timeout?: string | undefined;
  readonly json?: true | undefined;
  readonly color: boolean;
}

/** What a command works with. */
export interface Context {
  readonly api: Api;
  readonly follow: Follow;
  readonly output: Output;
  readonly runtime: Runtime;
  /** What the process ends with, unless an error says otherwise. */
  exitWith(code: ExitCode): void;
}

/** Opened by the command that runs, once its own arguments are known to be right. Throws a CliError. */
export type OpenContext = () => Context;

/** Where the server is and who we are is read when a command first speaks to it: `tamma token` needs neither. */
export function createContext(flags: GlobalFlags, runtime: Runtime, exitWith: Context['exitWith']): Context {
  const { folder, stdout, stderr, now, stop } = runtime;
  const environment = readEnvironment(folder, runtime.environment);
  const isJson = flags.json === true;
  const output = createOutput({ stdout, stderr, isJson, wantsColor: flags.color, environment, now });
  const { note } = output;
  const connect = () => {
    const settings = readSettings({ environment, folder, flags });
    const api = createApi(createHttp({ ...settings, stop, note }));
    return { api, follow: createFollow({ settings, api, stop, note }) };
  };
  let connection: ReturnType<typeof connect> | null = null;
  return {
    output,
    runtime,
    exitWith,
    get api() {
      connection ??= connect();
      return connection.api;
    },
    get follow() {
      connection ??= connect();
      return connection.follow;
    },
  };
}
