/** What we put on an issue so that people see who works on it. These labels never count as an edit of it. */
export const WORKING_LABEL = 'tamma-working';
export const OWN_LABELS: readonly string[] = [WORKING_LABEL];

/** The one status comment of a workflow; it is edited, never repeated. */
export function statusMarker(workflowId: string): string {
  return `tamma:status:${workflowId}`;
}
