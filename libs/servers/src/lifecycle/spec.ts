import type { ProcessIdentity } from '../process-identity.ts';
import type { ServerName } from '../server.ts';
import type { ServerFiles, Surroundings } from '../surroundings.ts';

/** What distinguishes one kind of server; the rest of the lifecycle is common. */
export interface ServerSpec {
  readonly name: ServerName;
  /** As people write it. */
  readonly title: string;
  readonly files: ServerFiles;
  readonly surroundings: Surroundings;
  readonly readyWithinMs: number;
  /** Finds the program and makes the data folder ready; called once, and only when no server of ours is alive. */
  prepare(): Promise<PreparedServer>;
  probe(running: RunningServer): Promise<Readiness>;
  /** Connection URL with the password. */
  url(port: number): Promise<string>;
}

export interface PreparedServer {
  commandLine(port: number): readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A server process and where it listens. */
export interface RunningServer {
  readonly identity: ProcessIdentity;
  readonly port: number;
}

/** `starting`: it answers, but reads its data yet. `silent`: it does not answer us. */
export type Readiness = 'ready' | 'starting' | 'silent';
