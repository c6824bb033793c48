export * from './registry.ts';
export * from './step.ts';
