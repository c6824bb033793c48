import type { Protection } from '../git-platform.ts';
import { branchMissing } from '../platform-errors.ts';
import { askOrRefused, parseAnswer } from './answers.ts';
import { type GitHubClient, placeOf } from './client.ts';
import {
  type BranchRecord,
  type BranchRules,
  branchRecord,
  joinRules,
  type ProtectionRecord,
  protectionRecord,
  type RuleRecord,
  ruleRecord,
} from './protection-records.ts';
import { readPages } from './read-pages.ts';

const PAGES_MAX = 10;

/**
 * What we can see of it: GitHub shows the reviews and the strictness of a protection to administrators only. What it
 * hides still holds; the pull request then shows as behind or blocked.
 */
export async function readProtection(client: GitHubClient, branch: string): Promise<Protection> {
  const { methods: _, ...protection } = await readBranchRules(client, branch);
  return protection;
}

export async function readBranchRules(client: GitHubClient, branch: string): Promise<BranchRules> {
  const record = await readBranchRecord(client, branch);
  const protection = record.protected ? await readProtectionRecord(client, branch) : null;
  const rules = await listRules(client, branch);
  return joinRules({ branch: record, protection, rules });
}

async function readBranchRecord(client: GitHubClient, branch: string): Promise<BranchRecord> {
  const what = `show branch "${branch}"`;
  const ask = () => client.octokit.rest.repos.getBranch({ ...placeOf(client), branch });
  const answer = await askOrRefused(what, [404], ask);
  if (!answer.ok) throw branchMissing(branch);
  return parseAnswer(what, branchRecord, answer.value.data);
}

async function readProtectionRecord(client: GitHubClient, branch: string): Promise<ProtectionRecord | null> {
  const what = `show the protection of branch "${branch}"`;
  const ask = () => client.octokit.rest.repos.getBranchProtection({ ...placeOf(client), branch });
  const answer = await askOrRefused(what, [403, 404], ask);
  return answer.ok ? parseAnswer(what, protectionRecord, answer.value.data) : null;
}

/** None where the server is too old for them, or the plan has none. */
async function listRules(client: GitHubClient, branch: string): Promise<readonly RuleRecord[]> {
  const what = `list the rules of branch "${branch}"`;
  const { items } = await readPages(PAGES_MAX, async (page) => {
    const ask = () => client.octokit.rest.repos.getBranchRules({ ...placeOf(client), branch, ...page });
    const answer = await askOrRefused(what, [403, 404], ask);
    return answer.ok ? parseAnswer(what, ruleRecord.array(), answer.value.data) : [];
  });
  return items;
}
