export * from './abilities.ts';
export * from './folder-template.ts';
