import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Api } from '../api/api.ts';
import { aboutProject } from '../api/known-project.ts';
import { aboutWorkflow } from '../api/known-workflow.ts';
import type { Context, OpenContext } from '../context.ts';
import { showExplanation } from '../views/explanation.ts';
import { showVerdict } from '../views/issues.ts';
import { type Explainable, parseExplainable } from './explainable.ts';
import { findProjectOf } from './project-of-url.ts';

export function explainCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('explain')
    .description('what a workflow waits for and why, and who can move it; why an issue was not taken')
    .argument('<what>', 'id of a workflow, an issue such as textkit#4, or its address', parseExplainable)
    .action(async (what) => {
      const context = open();
      if (what.kind === 'workflow') await explainWorkflow(context, what.id);
      else await explainIssue(context, await projectOf(context.api, what), what.issue);
    });
}

async function explainWorkflow({ api, output }: Context, id: string): Promise<void> {
  output.show(await aboutWorkflow(api, id, () => api.explain(id)), showExplanation);
}

/** One that is worked on is explained by its workflow. */
async function explainIssue(context: Context, project: string, issue: number): Promise<void> {
  const { api, output } = context;
  const verdict = await aboutProject(api, project, () => api.issue(project, issue));
  const { workflowId } = verdict.exact;
  if (workflowId === null) output.show(verdict, showVerdict);
  else await explainWorkflow(context, workflowId);
}

async function projectOf(api: Api, what: Exclude<Explainable, { kind: 'workflow' }>): Promise<string> {
  return what.kind === 'issue' ? what.project : findProjectOf(api, what);
}
