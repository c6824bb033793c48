import { requireNode } from './require-node.mjs';

requireNode();
await import('../apps/local/src/main.ts');
