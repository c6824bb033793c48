export * from './builders.ts';
export * from './markdown-table.ts';
export * from './random.ts';
export * from './sample-data.ts';
export * from './story.ts';
export * from './worked-ms.ts';
