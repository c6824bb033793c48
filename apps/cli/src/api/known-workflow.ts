import { CliError, isNotFound } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Api } from './api.ts';
import { nearestIds } from './nearest-ids.ts';

/** Workflows looked through for an id like the one that is not known. */
const LOOKED_AT = 200;

/** Asks something about a workflow; when there is none of that id, says why not or names those that may be meant. */
export async function aboutWorkflow<Value>(api: Api, id: string, ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (thrown) {
    throw isNotFound(thrown) ? await unknownWorkflow(api, id) : thrown;
  }
}

async function unknownWorkflow(api: Api, id: string): Promise<CliError> {
  const [workflows, details] = await Promise.all([api.workflows({ limit: LOOKED_AT }), whyNotTaken(api, id)]);
  const near = nearestIds(
    id,
    workflows.shown.items.map((state) => state.id),
  );
  return new CliError(EXIT.failed, `there is no workflow "${id}"`, {
    status: 404,
    details,
    remedy: near.length === 0 ? '"tamma status" lists the workflows.' : `Did you mean ${near.join(', ')}?`,
  });
}

/** An id is made of project and issue: the issue may be one that was not taken. */
async function whyNotTaken(api: Api, id: string): Promise<string[]> {
  const { items } = (await api.projects()).shown;
  const issues = items.flatMap((project) => project.intake.issues.map((issue) => ({ project, issue })));
  return issues
    .filter(
      ({ project, issue }) =>
        id.replace(/\.r\d+$/, '') === `${project.id}-${issue.number}` && !issue.eligible,
    )
    .map(
      ({ project, issue }) =>
        `issue #${issue.number} of ${project.id} is not taken: ${issue.reasons.join('; ')}`,
    );
}
