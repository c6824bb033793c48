import type { WitnessLine } from '../witness/line.ts';
import type { Evidence, IssueFacts, RecordFacts } from './evidence.ts';

/** Everything that exists twice at the platform, or was done twice to it, a sentence each. */
export function findDuplicates({ issues, record, witness }: Evidence): readonly string[] {
  return [...issues.flatMap(twiceAtPlatform), ...pushedTwice(witness), ...workedOnTwice(record)];
}

function twiceAtPlatform(facts: IssueFacts): readonly string[] {
  const { project, issue } = facts;
  const name = `issue ${project}#${issue}`;
  const found: string[] = [];
  if (facts.merges.length > 1) found.push(`${name} was merged ${facts.merges.length} times`);
  for (const head of doubled(facts.pullRequests.map((one) => one.head))) {
    found.push(`${name} has more than one pull request for ${head}`);
  }
  if (new Set(facts.pullRequests.map((one) => one.head)).size > 1) {
    found.push(`${name} has pull requests for more than one branch`);
  }
  for (const marker of doubled(facts.markers)) found.push(`${name} has more than one comment ${marker}`);
  for (const task of doubled(facts.commits.map((one) => one.task))) {
    found.push(`${name} has more than one commit of ${task} on its base branch`);
  }
  return found;
}

/** A push of another commit by a later attempt: the branch held the work of the first one already. */
function pushedTwice(witness: readonly WitnessLine[]): readonly string[] {
  const pushed = witness.filter((line) => line.effect === 'push' && line.result === 'pushed');
  return [...Map.groupBy(pushed, (line) => line.task)].flatMap(([task, lines]) => {
    const commits = new Set(lines.map((line) => line.commit));
    return commits.size > 1 ? [`${task} pushed ${commits.size} different commits`] : [];
  });
}

function workedOnTwice(record: readonly RecordFacts[]): readonly string[] {
  const issues = record.map(({ project, issue }) => `${project}#${issue}`);
  return doubled(issues).map((issue) => `issue ${issue} was worked on by more than one workflow`);
}

function doubled(names: readonly string[]): readonly string[] {
  return [...Map.groupBy(names, (name) => name)].flatMap(([name, all]) => (all.length > 1 ? [name] : []));
}
