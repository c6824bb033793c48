import { z } from 'zod';
import type { MergeMethod, Protection } from '../git-platform.ts';

/** What protection and rules demand, with what only a merge needs to know. */
export interface BranchRules extends Protection {
  /** Null: whichever the repository allows. */
  readonly methods: readonly MergeMethod[] | null;
}

const checks = z.object({
  strict: z.boolean().nullish(),
  contexts: z.array(z.string()).nullish(),
  checks: z.array(z.object({ context: z.string() })).nullish(),
});
type Checks = z.output<typeof checks>;

/** What everybody who may push sees of a branch. */
export const branchRecord = z.object({
  protected: z.boolean().nullish(),
  protection: z
    .object({
      required_status_checks: checks.extend({ enforcement_level: z.string().nullish() }).nullish(),
    })
    .nullish(),
});
export type BranchRecord = z.output<typeof branchRecord>;

/** What only administrators see. */
export const protectionRecord = z.object({
  required_status_checks: checks.nullish(),
  required_pull_request_reviews: z
    .object({ required_approving_review_count: z.number().nullish() })
    .nullish(),
  required_linear_history: z.object({ enabled: z.boolean() }).nullish(),
});
export type ProtectionRecord = z.output<typeof protectionRecord>;

/** A rule of a ruleset of the repository, its organization or its enterprise, that is in force for the branch. */
export const ruleRecord = z.object({
  type: z.string(),
  parameters: z
    .object({
      required_status_checks: z.array(z.object({ context: z.string() })).nullish(),
      strict_required_status_checks_policy: z.boolean().nullish(),
      required_approving_review_count: z.number().nullish(),
      allowed_merge_methods: z.array(z.string()).nullish(),
    })
    .nullish(),
});
export type RuleRecord = z.output<typeof ruleRecord>;

const METHODS: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];
const LINEAR: readonly MergeMethod[] = ['squash', 'rebase'];
const UNRULED: BranchRules = {
  requiredChecks: [],
  requiredReviews: 0,
  isStrict: false,
  hasMergeQueue: false,
  methods: null,
};

export interface BranchFacts {
  readonly branch: BranchRecord;
  /** Null where there is none, or where we may not see it. */
  readonly protection: ProtectionRecord | null;
  readonly rules: readonly RuleRecord[];
}

/** All that is demanded by any of them. */
export function joinRules({ branch, protection, rules }: BranchFacts): BranchRules {
  const parts = [rulesOfBranch(branch), ...(protection === null ? [] : [rulesOfProtection(protection)])];
  return [...parts, ...rules.map(rulesOfRule)].reduce(both, UNRULED);
}

function both(one: BranchRules, other: BranchRules): BranchRules {
  return {
    requiredChecks: [...new Set([...one.requiredChecks, ...other.requiredChecks])],
    requiredReviews: Math.max(one.requiredReviews, other.requiredReviews),
    isStrict: one.isStrict || other.isStrict,
    hasMergeQueue: one.hasMergeQueue || other.hasMergeQueue,
    methods: bothMethods(one.methods, other.methods),
  };
}

function bothMethods(one: BranchRules['methods'], other: BranchRules['methods']): BranchRules['methods'] {
  if (one === null || other === null) return one ?? other;
  return one.filter((method) => other.includes(method));
}

function rulesOfBranch(branch: BranchRecord): BranchRules {
  const required = branch.protection?.required_status_checks;
  if (!branch.protected || !required || required.enforcement_level === 'off') return UNRULED;
  return { ...UNRULED, ...rulesOfChecks(required) };
}

function rulesOfProtection(protection: ProtectionRecord): BranchRules {
  const { required_status_checks, required_pull_request_reviews, required_linear_history } = protection;
  return {
    ...UNRULED,
    ...(required_status_checks ? rulesOfChecks(required_status_checks) : {}),
    requiredReviews: required_pull_request_reviews?.required_approving_review_count ?? 0,
    methods: required_linear_history?.enabled ? LINEAR : null,
  };
}

function rulesOfChecks({ contexts, checks: named, strict }: Checks): Partial<BranchRules> {
  const requiredChecks = [...(contexts ?? []), ...(named ?? []).map(({ context }) => context)];
  return { requiredChecks, isStrict: (strict ?? false) && requiredChecks.length > 0 };
}

function rulesOfRule({ type, parameters }: RuleRecord): BranchRules {
  switch (type) {
    case 'required_status_checks': {
      const named = (parameters?.required_status_checks ?? []).map(({ context }) => context);
      const isStrict = (parameters?.strict_required_status_checks_policy ?? false) && named.length > 0;
      return { ...UNRULED, requiredChecks: named, isStrict };
    }
    case 'pull_request': {
      const allowed = parameters?.allowed_merge_methods;
      return {
        ...UNRULED,
        requiredReviews: parameters?.required_approving_review_count ?? 0,
        methods: allowed ? METHODS.filter((method) => allowed.includes(method)) : null,
      };
    }
    case 'merge_queue':
      return { ...UNRULED, hasMergeQueue: true };
    case 'required_linear_history':
      return { ...UNRULED, methods: LINEAR };
    default:
      return UNRULED;
  }
}
