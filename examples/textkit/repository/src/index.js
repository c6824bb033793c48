export * from './count-words.js';
export * from './dedent.js';
export * from './slugify.js';
export * from './title-case.js';
export * from './truncate.js';
