import { z } from 'zod';

const SEVERITIES = ['serious', 'minor', 'info'] as const;

export const reviewAnswerSchema = z.object({
  summary: z.string().min(1),
  /** Absent in older recordings: then findings and checks alone decide. */
  verdict: z.enum(['approve', 'request_changes']).optional(),
  /** Each check of the task, judged by itself. */
  acceptance: z
    .array(z.object({ check: z.string().min(1), met: z.boolean(), evidence: z.string() }))
    .default([]),
  findings: z.array(
    z.object({
      severity: z.enum(SEVERITIES),
      path: z.string(),
      line: z.int().min(0),
      note: z.string().min(1),
    }),
  ),
  changes: z.string().min(1),
});
export type ReviewAnswer = z.infer<typeof reviewAnswerSchema>;

/** The worst first. */
export function sortFindings({ findings }: ReviewAnswer): ReviewAnswer['findings'] {
  return findings.toSorted(
    (one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity),
  );
}

/** What the change must not be merged with, one sentence each: serious findings, and checks that are not met. */
export function seriousFaults(answer: ReviewAnswer): readonly string[] {
  const serious = answer.findings.filter(({ severity }) => severity === 'serious');
  const unmet = answer.acceptance.filter(({ met }) => !met);
  const faults = [
    ...serious.map(({ path, line, note }) => `${path}:${line} ${note}`),
    ...unmet.map(({ check, evidence }) => `not met: ${check} (${evidence})`),
  ];
  // A refusal that names no place is one all the same.
  return faults.length === 0 && answer.verdict === 'request_changes' ? [answer.summary] : faults;
}
