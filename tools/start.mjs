import { ensureDashboard } from './build-dashboard.mjs';
import { requireNode } from './require-node.mjs';

requireNode();
try {
  await ensureDashboard({ say: console.log });
} catch (error) {
  // Work goes on without its page, which says the same to whoever opens it.
  console.error(error.message);
}
await import('../apps/local/src/main.ts');
