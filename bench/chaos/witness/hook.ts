import { registerHooks } from 'node:module';

/**
 * Loaded before a process of the product (`node --import`): what its apps import from these packages is the real
 * thing with a witness around it. The product itself stays as it is.
 */
const WITNESSES: Readonly<Record<string, string>> = {
  '@tamma/git-platform/local': './git-platform.ts',
  '@tamma/queue/bullmq': './queue.ts',
  '@tamma/steps': './steps.ts',
  '@tamma/workspace/git': './workspace.ts',
};
const APPS = new URL('../../../apps/', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, nextResolve) => {
    const witness = context.parentURL?.startsWith(APPS) === true ? WITNESSES[specifier] : undefined;
    return witness === undefined
      ? nextResolve(specifier, context)
      : nextResolve(new URL(witness, import.meta.url).href, context);
  },
});
