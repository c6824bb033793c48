export * from './marks.ts';
export * from './registry.ts';
export * from './step.ts';
