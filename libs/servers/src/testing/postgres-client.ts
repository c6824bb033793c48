import { Client } from 'pg';

/** Runs one statement on a connection of its own; returns the rows. */
export async function askPostgres(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query({ text: statement, rowMode: 'array' });
    return result.rows;
  } finally {
    await client.end();
  }
}
