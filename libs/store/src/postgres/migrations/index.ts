import type { Migration } from 'kysely/migration';
import { firstTables } from './0001-first-tables.ts';
import { roundsAndApprovals } from './0002-rounds-and-approvals.ts';
import { control } from './0003-control.ts';
import { platform } from './0004-platform.ts';
import { spending } from './0005-spending.ts';

/** Every change of the schema, by name. One that has been released is never edited; a new one follows it. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-rounds-and-approvals': roundsAndApprovals,
  '0003-control': control,
  '0004-platform': platform,
  '0005-spending': spending,
};
