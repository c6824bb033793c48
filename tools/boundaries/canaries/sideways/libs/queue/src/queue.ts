import { store } from '../../store/src/store.ts';

export const queue = store;
