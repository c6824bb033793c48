export { struck } from '../../../bench/chaos/strike.ts';
