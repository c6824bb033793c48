/** Ids are built here and nowhere else, so that doing a thing twice names the same thing. */

const SLUG_MAX = 40;

/** Lower-case words joined by dashes, safe in branch names, file names and queue ids. */
export function slugOf(text: string, max = SLUG_MAX): string {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return cutSlug(slug, max) || 'untitled';
}

/** Cuts between words, but not below half of the limit: one very long word is cut inside. */
function cutSlug(slug: string, max: number): string {
  if (slug.length <= max) return slug;
  const lastDash = slug.lastIndexOf('-', max);
  return slug.slice(0, lastDash < max / 2 ? max : lastDash);
}

/** `{project}-{issue}.r{run}`; a later run of the same issue never shares an id with a zombie of an earlier one. */
export function workflowIdOf(projectId: string, issueNumber: number, run: number): string {
  return `${projectId}-${issueNumber}.r${run}`;
}

/** `{workflow}.{step}` for the spine; later rounds add `.{round}`. Never holds a colon: BullMQ forbids it. */
export function taskIdOf(workflowId: string, stepId: string, round = 0): string {
  return round === 0 ? `${workflowId}.${stepId}` : `${workflowId}.${stepId}.${round}`;
}

/** Which round a task of a step belongs to; null for a task of another step. */
export function roundOfTask(taskId: string, workflowId: string, stepId: string): number | null {
  const spine = taskIdOf(workflowId, stepId);
  if (taskId === spine) return 0;
  const suffix = taskId.startsWith(`${spine}.`) ? taskId.slice(spine.length + 1) : '';
  return /^[1-9]\d{0,5}$/.test(suffix) ? Number(suffix) : null;
}

/** The workflow in an id of a task or an approval; null for what is neither. */
export function workflowIdOfTask(id: string): string | null {
  return /^([^.]+\.r\d+)\../.exec(id)?.[1] ?? null;
}

/** One id per time a person is asked: an answer to an earlier question never counts for a later one. */
export function approvalIdOf(taskId: string, attempt: number): string {
  return `${taskId}.a${attempt}`;
}

export function eventIdOf(taskId: string, attempt: number, index: number): string {
  return `${taskId}.${attempt}.${index}`;
}

/** The one terminal event of a task, however many attempts claim to have ended it. */
export function endEventIdOf(taskId: string): string {
  return `${taskId}.end`;
}

/** `sess_{TASK}_{YYYYMMDD}_{HHMMSS}` in UTC. A key for correlation, not a secret. */
export function sessionKeyOf(workflowId: string, atMs: number): string {
  const moment = new Date(atMs).toISOString();
  const [date, time] = [moment.slice(0, 10).replaceAll('-', ''), moment.slice(11, 19).replaceAll(':', '')];
  return `sess_${workflowId}_${date}_${time}`;
}

export function branchNameOf(issueNumber: number, title: string, workflowId: string): string {
  const run = workflowId.slice(workflowId.lastIndexOf('.') + 1);
  const suffix = run === 'r1' ? '' : `-${run}`;
  return `tamma/issue-${issueNumber}-${slugOf(title)}${suffix}`;
}
