export type App = 'worker';
