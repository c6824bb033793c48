export * from './clock.ts';
export * from './eventually.ts';
export * from './folder.ts';
export * from './free-port.ts';
export * from './process-environment.ts';
export * from './quickest.ts';
export * from './servers.ts';
