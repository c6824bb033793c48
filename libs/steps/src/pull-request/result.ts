import { z } from 'zod';

export const pullRequestResultSchema = z.object({
  number: z.int(),
  url: z.string(),
  headCommit: z.string(),
});
export type PullRequestResult = z.infer<typeof pullRequestResultSchema>;
