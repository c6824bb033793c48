import { schema } from '../../contracts/src/schema.ts';

export const decided = schema;
