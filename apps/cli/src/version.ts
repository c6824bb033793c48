import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT_MANIFEST = join(import.meta.dirname, '../../../package.json');
const manifestSchema = z.object({ version: z.string().min(1) });

/** Tamma's version, from the manifest at the root of the repository. */
export function readVersion(): string {
  return manifestSchema.parse(JSON.parse(readFileSync(ROOT_MANIFEST, 'utf8'))).version;
}
