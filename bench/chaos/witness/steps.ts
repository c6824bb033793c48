import { findStep as findReal, type Step } from '@tamma/steps';
import { witnessed } from './note.ts';

export * from '@tamma/steps';

/** The real steps; the body of each is told before and after. */
export function findStep(handler: string): Step | undefined {
  const real = findReal(handler);
  if (real === undefined) return undefined;
  return {
    ...real,
    run: (context) => witnessed({ effect: 'body', resultOf: ({ kind }) => kind }, () => real.run(context)),
  };
}
