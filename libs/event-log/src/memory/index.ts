export { createMemoryEventLog, type MemoryEventLog } from './memory-event-log.ts';
