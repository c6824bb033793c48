import { readFile } from 'node:fs/promises';
import { type WitnessLine, witnessLineSchema } from '../witness/line.ts';

/** Every line of the file, in the order they were written. A line that does not parse is an error: the file is proof. */
export async function readWitness(path: string): Promise<readonly WitnessLine[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => witnessLineSchema.parse(JSON.parse(line)));
}
