import { z } from 'zod';

const line = z.string().min(1);
export const researchAnswerSchema = z.object({
  summary: line,
  files: z.array(z.object({ path: line, why: z.string() })),
  risks: z.array(z.string()),
  conventions: z.array(line).default([]),
  unknowns: z.array(line).default([]),
});
export type ResearchAnswer = z.infer<typeof researchAnswerSchema>;
