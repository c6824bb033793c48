import { TammaError } from '@tamma/domain';
import { type Kysely, sql } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import { MIGRATIONS } from './migrations/index.ts';
import { type Database, SCHEMA } from './schema.ts';

/** 15.0 as PostgreSQL numbers its versions. */
const VERSION_MIN = 150_000;

/** Throws a TammaError with code `DATABASE_TOO_OLD` for a server before PostgreSQL 15. */
export function requireVersion(versionNumber: number): void {
  if (versionNumber >= VERSION_MIN) return;
  const shown = `${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;
  throw new TammaError('DATABASE_TOO_OLD', `this is PostgreSQL ${shown}, at least 15 is needed`, {
    class: 'validation',
    remedy: 'Upgrade the server, or point DATABASE_URL to a newer one.',
  });
}

export async function readVersion(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select current_setting('server_version_num')::integer as version`.execute(db);
  return rows[0]?.version ?? 0;
}

/**
 * Brings the schema up to date. Several processes may do it at once: one works, the others wait for it.
 * Throws a TammaError with code `SCHEMA_MISMATCH` for tables that are not ours or newer than us.
 */
export async function migrate(db: Kysely<Database>): Promise<void> {
  await checkSchema(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
    migrationTableSchema: SCHEMA,
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  // A newer version may have migrated between our look and our work: then this says so.
  await checkSchema(db);
  throw error;
}

async function checkSchema(db: Kysely<Database>): Promise<void> {
  const tables = await listTables(db);
  const others = tables.filter((name) => !name.startsWith(DEFAULT_MIGRATION_TABLE));
  const executed = tables.includes(DEFAULT_MIGRATION_TABLE) ? await listExecuted(db) : [];
  if (executed.length === 0 && others.length > 0) {
    throw mismatch(`its schema "${SCHEMA}" has tables that Tamma did not make (${others.join(', ')})`);
  }
  const unknown = executed.filter((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length > 0) {
    throw mismatch(`it was migrated by another version of Tamma (${unknown.join(', ')})`);
  }
}

async function listTables(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${SCHEMA} and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1`.execute(db);
  return rows.map((row) => row.name);
}

async function listExecuted(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.id(SCHEMA, DEFAULT_MIGRATION_TABLE)} order by name`.execute(db);
  return rows.map((row) => row.name);
}

function mismatch(reason: string): TammaError {
  return new TammaError('SCHEMA_MISMATCH', `the database cannot be used: ${reason}`, {
    class: 'validation',
    remedy: 'Run the version that made it, or point DATABASE_URL to an empty database.',
  });
}
