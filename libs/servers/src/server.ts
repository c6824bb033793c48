/** A private server of ours that accepts connections. */
export interface ServerHandle {
  readonly name: ServerName;
  /** Holds the password: do not log it. */
  readonly url: string;
  readonly pid: number;
  /** `ProcessIdentity.startTime` of `pid`: together they name the process for good. */
  readonly startedAt: string;
  /** True when the server ran already and this start only found it. */
  readonly adopted: boolean;
  /** Resolves when the process is gone; asks first, kills after a deadline. Safe to call twice. */
  stop(): Promise<void>;
}

export type ServerName = 'redis' | 'postgres';

export interface StartRequest {
  /** TAMMA_HOME: data, logs and passwords live below it. */
  readonly home: string;
  /** Told what happens, one line at a time; never holds a secret. */
  readonly onNote?: (line: string) => void;
  /** Aborting ends the start, stops what it started, and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where PATH, proxies and DOCKER_HOST are read from; usually `process.env`. The standard PATH without it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where the server should listen if that port is free: for a restart that clients find again by themselves. */
  readonly preferredPort?: number | undefined;
  /** Folder for downloaded server programs, so that several homes can share them; `<home>/servers` without it. */
  readonly programsFolder?: string;
}

export interface PostgresRequest extends StartRequest {
  /** Server settings beside ours, such as `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}
