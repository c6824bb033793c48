export * from './quiet-text.ts';
export * from './quote.ts';
export * from './registry.ts';
export * from './step.ts';
