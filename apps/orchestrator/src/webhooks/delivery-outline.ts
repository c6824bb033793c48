import { z } from 'zod';

/** What is read of a delivery: where it points, and nothing that somebody wrote. */
export interface DeliveryOutline {
  readonly action: string | null;
  /** The issue or pull request it is about; null when it names none, or several. */
  readonly number: number | null;
  readonly repository: { readonly id: string; readonly fullName: string } | null;
  /** Who wrote the comment that it is about. */
  readonly commenter: { readonly login: string; readonly isBot: boolean } | null;
  /** The branch that was pushed to. */
  readonly branch: string | null;
}

const NAME_LENGTH_MAX = 300;
/** A number that a database column and a URL can hold. */
const NUMBER_MAX = 2 ** 31 - 1;

const name = z.string().min(1).max(NAME_LENGTH_MAX);
const numbered = z.object({ number: z.int().positive().max(NUMBER_MAX) });
const checked = z
  .object({ pull_requests: z.array(numbered) })
  .nullable()
  .catch(null);
const commented = z.object({ user: z.object({ login: name, type: z.string() }) });

/** Only what is read, each part by itself: a part that is not as it should be counts as absent. */
const payloadSchema = z.object({
  action: z
    .string()
    .regex(/^[a-z_]{1,50}$/)
    .nullable()
    .catch(null),
  repository: z.object({ id: z.int().positive(), full_name: name }).nullable().catch(null),
  issue: numbered.nullable().catch(null),
  pull_request: numbered.nullable().catch(null),
  check_run: checked,
  check_suite: checked,
  comment: commented.nullable().catch(null),
  ref: name.nullable().catch(null),
});

/** Of whatever was sent: what is no object says nothing at all. */
export function outlineOf(payload: unknown): DeliveryOutline {
  const { success, data } = payloadSchema.safeParse(payload);
  if (!success) return { action: null, number: null, repository: null, commenter: null, branch: null };
  const { action, repository, comment, ref } = data;
  return {
    action,
    number: numberOf(data),
    repository: repository === null ? null : { id: `${repository.id}`, fullName: repository.full_name },
    commenter: comment === null ? null : { login: comment.user.login, isBot: comment.user.type === 'Bot' },
    branch: ref?.startsWith(BRANCH) ? ref.slice(BRANCH.length) : null,
  };
}

const BRANCH = 'refs/heads/';

function numberOf(payload: z.output<typeof payloadSchema>): number | null {
  const { issue, pull_request, check_run, check_suite } = payload;
  const checked = [...(check_run?.pull_requests ?? []), ...(check_suite?.pull_requests ?? [])];
  const only = checked.length === 1 ? checked[0] : undefined;
  return issue?.number ?? pull_request?.number ?? only?.number ?? null;
}
