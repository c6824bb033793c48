export { createRedisEventLog, type RedisEventLogOptions } from './redis-event-log.ts';
