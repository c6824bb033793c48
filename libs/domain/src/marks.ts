/** What we put on an issue so that people see who works on it. These labels never count as an edit of it. */
export const WORKING_LABEL = 'tamma-working';
/** On an issue whose merge was reverted, until a person takes it off. */
export const REVERTED_LABEL = 'tamma-reverted';
export const OWN_LABELS: readonly string[] = [WORKING_LABEL, REVERTED_LABEL];

/** The one status comment of a workflow; it is edited, never repeated. */
export function statusMarker(workflowId: string): string {
  return `tamma:status:${workflowId}`;
}

/** Our answer to one comment of a person: to a command, or to a remark on a change. */
export function replyMarker(commentId: string): string {
  return `tamma:reply:${commentId}`;
}
