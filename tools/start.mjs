import { join } from 'node:path';
import { ensureDashboard } from './build-dashboard.mjs';
import { requireNode } from './require-node.mjs';

requireNode();
try {
  await ensureDashboard({ say: console.log });
} catch (error) {
  // Work goes on without its page, which says the same to whoever opens it.
  console.error(error.message);
}
// The processes that the launcher starts read what it, or an earlier start, has compiled: a third of their start is saved.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../node_modules/.cache/tamma/compiled');
await import('../apps/local/src/main.ts');
