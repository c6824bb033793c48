import { postgres } from '../../../../libs/store/src/postgres/index.ts';

export const store = postgres;
