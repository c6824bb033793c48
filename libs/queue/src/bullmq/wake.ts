import type { Job } from 'bullmq';

/** Has a parked job run now; false when it was not parked, or somebody else woke it first. */
export async function wake(job: Job): Promise<boolean> {
  if (!(await job.isDelayed())) return false;
  try {
    await job.promote();
    return true;
  } catch (thrown) {
    if (await job.isDelayed()) throw thrown;
    return false;
  }
}

/** Has a job that failed for good run again, with all its attempts; false when it had not failed. */
export async function rerun(job: Job, forgetStalls: () => Promise<unknown>): Promise<boolean> {
  if (!(await job.isFailed())) return false;
  // BullMQ keeps count of stalls over the whole life of a job and would fail it again at its next one.
  await forgetStalls();
  try {
    await job.retry('failed', { resetAttemptsMade: true });
    return true;
  } catch (thrown) {
    if (await job.isFailed()) throw thrown;
    return false;
  }
}
