/** A way to run Redis. */
export interface RedisProgram {
  /** For people: what it is and where it came from. */
  readonly description: string;
  readonly version: RedisVersion;
  /** Variables it needs beside the usual ones. */
  readonly environment: Readonly<Record<string, string>>;
  /** Given a folder with `redis.conf` in it, which is also its working directory. */
  commandLine(folder: string, port: number): readonly string[];
}

export interface RedisVersion {
  readonly flavor: 'Redis' | 'Valkey';
  readonly major: number;
  readonly minor: number;
}

const OLDEST = { Redis: { major: 6, minor: 2 }, Valkey: { major: 7, minor: 2 } } as const;

/** Reads what `redis-server --version` prints; undefined when it is something else. */
export function parseVersion(output: string): RedisVersion | undefined {
  const match = /\b(Redis|Valkey) server v=(\d+)\.(\d+)/i.exec(output);
  if (match === null) return undefined;
  const flavor = match[1]?.toLowerCase() === 'valkey' ? 'Valkey' : 'Redis';
  return { flavor, major: Number(match[2]), minor: Number(match[3]) };
}

export function isRecentEnough(version: RedisVersion): boolean {
  const oldest = OLDEST[version.flavor];
  return version.major > oldest.major || (version.major === oldest.major && version.minor >= oldest.minor);
}

export function describeVersion({ flavor, major, minor }: RedisVersion): string {
  return `${flavor} ${major}.${minor}`;
}
