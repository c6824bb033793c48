import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** An artifact as it is stored: its body compressed, its name for checking apart from it. */
export interface PackedArtifact {
  readonly name: string;
  /** SHA-256 of the text, in hex. */
  readonly sha256: string;
  readonly body: Buffer;
}

export async function packArtifact(name: string, text: string): Promise<PackedArtifact> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { name, sha256, body: await compress(text) };
}

export async function unpackArtifact(body: Buffer): Promise<string> {
  return (await decompress(body)).toString('utf8');
}
