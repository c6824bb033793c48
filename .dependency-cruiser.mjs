/**
 * Who may import whom (ARCHITECTURE.md has the table). A project imports only from lower ranks. `npm run check`
 * applies these rules to apps, libs and bench, then shows with `tools/boundaries/canaries` that each of them can fail.
 */

export const RANKS = [
  ['testing'],
  ['domain'],
  ['contracts'],
  ['process', 'telemetry'],
  ['event-log', 'queue', 'coordination', 'store', 'servers', 'git-platform', 'ai-provider', 'workspace'],
  ['workflow', 'steps'],
];
export const APPS = ['orchestrator', 'worker', 'dashboard', 'cli', 'local'];

const PORT_RANK = 4;
const TEST_FILES = '\\.test\\.ts$';
const TEST_CODE = ['\\.test\\.ts$', '/contract\\.ts$', '/contract/', '/testing/'];
const COMPOSITION_ROOTS = ['^apps/[^/]+/src/(main|run-task)\\.ts$', '^apps/worker/src/executor/'];
/** Adapters live in folders of their project; a port, its helpers and its contract lie beside them. What finds secrets in text chooses nothing. */
const ADAPTERS = `^libs/(${RANKS[PORT_RANK].join('|')})/src/(?!testing/|contract/|secrets/)[^/]+/`;

const libs = (names) => `^libs/(${names.join('|')})/`;

/** A package, also where only its types are installed or nothing is. */
const npmPackage = (...names) => {
  const any = names.join('|');
  return [`(^|/)node_modules/(@types/)?(${any})/`, `^(${any})($|/)`];
};

const packageOnlyIn = (name, packages, home, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^(apps|libs)/', pathNot: home },
  to: { path: npmPackage(...packages) },
});

const upward = RANKS.map((names, rank) => ({
  name: 'upward',
  severity: 'error',
  comment: 'A project imports only from lower ranks: move what is shared down, or hand it in from main.ts.',
  from: { path: libs(names) },
  to: { path: ['^apps/', '^bench/', ...RANKS.slice(rank + 1).map(libs)] },
}));

const sideways = RANKS.map((names) => ({
  name: 'sideways',
  severity: 'error',
  comment: 'Projects of one rank do not know each other: join them in main.ts.',
  from: { path: libs(names) },
  to: { path: libs(names), pathNot: '^libs/$1/' },
}));

export default {
  forbidden: [
    ...upward,
    {
      name: 'upward',
      severity: 'error',
      comment: 'The bench measures the product; the product does not know it.',
      from: { path: '^apps/' },
      to: { path: '^bench/' },
    },
    ...sideways,
    {
      name: 'app-to-app',
      severity: 'error',
      comment: 'Apps talk through contracts, never by import.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'app-from-bench',
      severity: 'error',
      comment:
        'The bench starts apps as processes, as a person would; only the ladder of bench/engine takes them apart.',
      from: { path: '^bench/', pathNot: '^bench/engine/' },
      to: { path: '^apps/' },
    },
    {
      name: 'unranked',
      severity: 'error',
      comment: 'A project without a rank has no rules: give it one in this file.',
      from: { path: '^(apps|libs)/', pathNot: [libs(RANKS.flat()), `^apps/(${APPS.join('|')})/`] },
      to: {},
    },
    {
      name: 'client-beyond-contracts',
      severity: 'error',
      comment: 'Dashboard and CLI are clients: they know domain and contracts only.',
      from: { path: '^apps/(dashboard|cli)/', pathNot: TEST_CODE },
      to: { path: '^libs/', pathNot: '^libs/(domain|contracts)/' },
    },
    {
      name: 'node-in-dashboard',
      severity: 'error',
      comment: 'The dashboard runs in browsers: only its tests may ask Node for something.',
      from: { path: '^apps/dashboard/', pathNot: TEST_CODE },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'react-outside-dashboard',
      severity: 'error',
      comment: 'Only the dashboard draws a page.',
      from: { path: '^(apps|libs)/', pathNot: '^apps/dashboard/' },
      to: { path: npmPackage('react', 'react-dom') },
    },
    {
      name: 'node-in-domain',
      severity: 'error',
      comment: 'The domain is pure: what it needs to know is handed in.',
      from: { path: '^libs/domain/', pathNot: TEST_FILES },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'package-in-domain',
      severity: 'error',
      comment: 'The domain stands on nothing but the language.',
      from: { path: '^libs/domain/', pathNot: TEST_FILES },
      to: { path: '(^|/)node_modules/' },
    },
    packageOnlyIn(
      'bullmq-outside-queue',
      ['bullmq'],
      '^libs/queue/src/bullmq/',
      'How BullMQ names and nests jobs is known in one folder.',
    ),
    packageOnlyIn(
      'express-outside-orchestrator',
      ['express'],
      '^apps/orchestrator/',
      'Only the orchestrator serves the API.',
    ),
    packageOnlyIn(
      'pino-outside-telemetry',
      ['pino'],
      '^libs/telemetry/',
      'All lines pass the masking of @tamma/telemetry.',
    ),
    packageOnlyIn(
      'prom-client-outside-telemetry',
      ['prom-client'],
      '^libs/telemetry/',
      'Metrics are made by @tamma/telemetry, with bounded labels.',
    ),
    packageOnlyIn(
      'sql-outside-store',
      ['pg', 'kysely'],
      ['^libs/store/', ...TEST_CODE],
      'Only the store speaks SQL; tests may look at what it wrote.',
    ),
    {
      name: 'adapter-from-step',
      severity: 'error',
      comment: 'Steps and workflows know ports: import the root of the package.',
      from: { path: libs(['workflow', 'steps']), pathNot: TEST_CODE },
      to: { path: ADAPTERS },
    },
    {
      name: 'adapter-outside-main',
      severity: 'error',
      comment: 'Only main.ts and the executor choose adapters; others take the port as a parameter.',
      from: { path: '^apps/', pathNot: [...TEST_CODE, ...COMPOSITION_ROOTS] },
      to: { path: ADAPTERS },
    },
    {
      name: 'testing-outside-tests',
      severity: 'error',
      comment: '@tamma/testing is for tests and contract suites.',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testing/', ...TEST_CODE] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'test-code-in-product',
      severity: 'error',
      comment: 'Tests, contract suites and builders do not ship.',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testing/', ...TEST_CODE] },
      to: { path: TEST_CODE, pathNot: ['^libs/testing/', 'node_modules'] },
    },
    {
      name: 'cycle',
      severity: 'error',
      comment: 'Files that need each other are one idea: join them, or take out what both need.',
      from: { path: '^(apps|libs|bench)/' },
      to: { circular: true },
    },
    {
      name: 'unresolvable',
      severity: 'error',
      comment: 'An import that leads nowhere hides from every other rule.',
      from: { path: '^(apps|libs|bench)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Anchored: the code of many packages lies in a dist folder of theirs, and must not become invisible.
    exclude: { path: '^(apps|libs)/[^/]+/(dist|coverage)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
