import { defineConfig } from 'vite';

/** What the orchestrator serves: one page, and everything else under /assets, because its policy allows no inline code. */
export default defineConfig({
  build: {
    // Nothing as data: URL: the policy allows images from 'self' alone.
    assetsInlineLimit: 0,
    modulePreload: false,
    // The first versions that know CSS light-dark().
    target: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 900,
  },
});
