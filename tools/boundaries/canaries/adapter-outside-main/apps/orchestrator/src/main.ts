import { postgres } from '../../../libs/store/src/postgres/index.ts';
import { store } from './services/intake.ts';

export const all = [postgres, store];
