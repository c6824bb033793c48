export { type OpenStoreOptions, openStore } from './open-store.ts';
export { type OpenStoreWithRetryOptions, openStoreWithRetry } from './open-store-with-retry.ts';
