import type { Job } from 'bullmq';

export type Task = Job;
