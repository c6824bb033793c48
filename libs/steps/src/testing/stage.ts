import {
  type AccountRole,
  type Check,
  type Review,
  type ReviewComment,
  type Reviews,
  replyMarker,
} from '@tamma/domain';
import type {
  GitPlatform,
  MergeRequest,
  MergeResult,
  Protection,
  PullRequest,
  PullRequestMarks,
} from '@tamma/git-platform';

/** What the people and the machines of a platform do that a bare repository and a folder do not have. */
export interface Stage {
  /** Nobody may do anything until told otherwise. */
  readonly roles: Map<string, AccountRole>;
  /** By commit; whatever is not in here is as `checksElse` says. */
  readonly checks: Map<string, readonly Check[]>;
  checksElse: readonly Check[] | null;
  /** By run id. */
  readonly checkLogs: Map<string, string>;
  readonly reruns: string[][];
  canRerun: boolean;
  protection: Protection;
  /** Null leaves it to what git says. */
  mergeability: PullRequest['mergeability'] | null;
  /** Null merges. */
  mergeAnswer: MergeResult | null;
  readonly merges: MergeRequest[];
  readonly reviews: Review[];
  readonly remarks: ReviewComment[];
  readonly marks: PullRequestMarks[];
  /** Pull requests of others that are open. */
  readonly others: PullRequest[];
}

const UNPROTECTED: Protection = {
  requiredChecks: [],
  requiredReviews: 0,
  isStrict: false,
  hasMergeQueue: false,
};

export function createStage(): Stage {
  return {
    roles: new Map(),
    checks: new Map(),
    checksElse: null,
    checkLogs: new Map(),
    reruns: [],
    canRerun: true,
    protection: UNPROTECTED,
    mergeability: null,
    mergeAnswer: null,
    merges: [],
    reviews: [],
    remarks: [],
    marks: [],
    others: [],
  };
}

/** The real platform, with the stage's people and machines in it. */
export function stagePlatform(platform: GitPlatform, stage: Stage, account: string): GitPlatform {
  return {
    ...platform,
    ...checksOf(stage),
    ...reviewsOf(stage, account),
    readProtection: async () => stage.protection,
    ensurePullRequest: async (request) => seen(await platform.ensurePullRequest(request), stage),
    readPullRequest: async (number) => {
      const found = await platform.readPullRequest(number);
      return found === null ? null : seen(found, stage);
    },
    listOpenPullRequests: async () => [...(await platform.listOpenPullRequests()), ...stage.others],
    markPullRequest: async (_, marks) => void stage.marks.push(marks),
    mergePullRequest: async (request) => {
      stage.merges.push(request);
      return stage.mergeAnswer ?? platform.mergePullRequest(request);
    },
  };
}

function seen(found: PullRequest, { mergeability }: Stage): PullRequest {
  return found.state === 'open' && mergeability !== null ? { ...found, mergeability } : found;
}

function checksOf(stage: Stage) {
  return {
    readChecks: async (commit) => stage.checks.get(commit) ?? stage.checksElse,
    readCheckLog: async ({ runId }) => stage.checkLogs.get(runId ?? '') ?? '',
    rerunChecks: async (checks) => {
      stage.reruns.push(checks.map(({ name }) => name));
      return stage.canRerun;
    },
  } satisfies Partial<GitPlatform>;
}

function reviewsOf(stage: Stage, account: string) {
  return {
    readRole: async (name) => stage.roles.get(name) ?? 'none',
    readReviews: async (): Promise<Reviews> => ({
      reviews: [...stage.reviews],
      comments: [...stage.remarks],
    }),
    ensureReply: async (_, { id }, body) => {
      const remark = stage.remarks.find((one) => one.id === id);
      if (remark === undefined) throw new Error(`there is no remark ${id}`);
      const reply = { id: `${id}-reply`, inReplyTo: id, author: account, authorKind: 'bot' } as const;
      const index = stage.remarks.findIndex((one) => one.id === reply.id);
      const text = `${body}\n\n<!-- ${replyMarker(id)} -->`;
      const written = { ...remark, ...reply, reviewId: null, body: text };
      stage.remarks.splice(index < 0 ? stage.remarks.length : index, 1, written);
    },
  } satisfies Partial<GitPlatform>;
}
