export { stopServers } from './lifecycle/stop-servers.ts';
export { startPostgres } from './postgres/start-postgres.ts';
export { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
export { startRedis } from './redis/start-redis.ts';
export type { PostgresRequest, ServerHandle, ServerName, StartRequest } from './server.ts';
