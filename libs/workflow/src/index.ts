export * from './check-template.ts';
export * from './flow-tasks.ts';
export * from './load-template.ts';
export * from './plan.ts';
export * from './plan-task.ts';
