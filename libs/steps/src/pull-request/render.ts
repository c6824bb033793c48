import { cutMiddle } from '@tamma/domain';
import { issueIntake } from '../issue-intake/step.ts';
import { quietMessage, quietText } from '../quiet-text.ts';
import { resultFrom, type StepContext } from '../step.ts';

/** What platforms take of a title and a body, in characters, with room to spare. */
const TITLE_MAX = 250;
const CHANGES_MAX = 50_000;
const BODY_MAX = 60_000;
const BODY_DEFAULT = '{closes}\n\n{changes}\n\n## Gates\n\n{gates}\n';

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
}

/** Title and body by the project's templates. */
export async function renderPullRequest(context: StepContext, headCommit: string): Promise<PullRequestText> {
  const { issue } = resultFrom(context, issueIntake);
  const { title, body = BODY_DEFAULT } = context.head.project.pullRequest;
  const changes = (await context.readArtifact('CHANGES.md')) ?? '';
  const values = {
    // Who merges by hand makes a commit of it.
    title: quietMessage(oneLine(issue.title)),
    issue: String(issue.number),
    closes: `Closes #${issue.number}.`,
    changes: quietText(cutMiddle(changes, CHANGES_MAX)),
    gates: renderGates(context, headCommit),
    workflow: context.head.workflowId,
  };
  return {
    title: cutMiddle(oneLine(fill(title, values)), TITLE_MAX),
    body: cutMiddle(fill(body, values), BODY_MAX),
  };
}

/** In one go, so that a value which looks like a place to fill stays what it is. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    return Object.hasOwn(values, name) ? (values[name] ?? place) : place;
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function renderGates({ gates }: StepContext, headCommit: string): string {
  const settled = gates.filter(
    ({ commit, passed, override }) => commit === headCommit && (passed || override !== undefined),
  );
  return settled
    .map(({ gate, commit, summary }) => `- ${gate} on ${commit.slice(0, 7)}: ${quietText(summary)}`)
    .join('\n');
}
