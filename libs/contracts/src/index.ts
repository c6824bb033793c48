export * from './config.ts';
export * from './duration.ts';
export * from './event-schema.ts';
export * from './http.ts';
export * from './job.ts';
export * from './template.ts';
export * from './wire.ts';
export * from './workflow-head.ts';
