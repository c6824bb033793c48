export { type ChainVerdict, verifyChain } from './chain.ts';
export * from './store.ts';
