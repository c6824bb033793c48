import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { ArtifactView, BudgetView } from '@tamma/contracts';
import { ARTIFACT_NAMES, type ArtifactName } from '@tamma/domain';
import type { Api } from '../api/api.ts';
import { aboutWorkflow } from '../api/known-workflow.ts';
import type { Reply } from '../api/reply.ts';
import { CliError, isNotFound } from '../cli-error.ts';
import type { OpenContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { showArtifact, showDiff } from '../views/artifact.ts';
import { showWorkflow } from '../views/workflow.ts';
import { parseId } from './arguments.ts';

const DIFF: ArtifactName = 'change.patch';

export function showCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('show')
    .description('one workflow: its steps, pull request, cost and artifacts')
    .argument('<workflow>', 'id of a workflow', parseId)
    .addOption(new Option('--artifact <name>', 'print this artifact instead').choices(ARTIFACT_NAMES))
    .addOption(new Option('--diff', 'print the change instead').conflicts('artifact'))
    .action(async (id, { artifact, diff }) => {
      const { api, output } = open();
      if (diff === true) output.show(await readArtifact(api, id, DIFF), showDiff);
      else if (artifact !== undefined) output.show(await readArtifact(api, id, artifact), showArtifact);
      else {
        const reply = await aboutWorkflow(api, id, () => api.workflow(id));
        output.show(reply, showWorkflow(await budgetOf(api, id)));
      }
    });
}

async function budgetOf(api: Api, id: string): Promise<BudgetView | null> {
  const { shown } = await api.budgets({ level: 'workflow', id });
  return shown.items[0] ?? null;
}

/** When it is not there, says whether the workflow is, and what it has. */
async function readArtifact(api: Api, id: string, name: ArtifactName): Promise<Reply<ArtifactView>> {
  try {
    return await api.artifact(id, name);
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
    const { artifacts } = (await aboutWorkflow(api, id, () => api.workflow(id))).shown;
    const names = artifacts.map((one) => one.name).join(', ');
    throw new CliError(EXIT.failed, `${id} has no ${name} yet`, {
      remedy: names === '' ? 'It has no artifacts so far.' : `It has ${names}.`,
      cause: thrown,
    });
  }
}
