/**
 * Processor time that this thread has used so far, in milliseconds. For tests that something takes no time to speak of:
 * what else the machine does meanwhile counts for nothing.
 */
export function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
