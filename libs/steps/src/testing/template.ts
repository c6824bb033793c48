import { readFile } from 'node:fs/promises';
import { STEP_HANDLERS, type StepHandler } from '@tamma/contracts';

const TEMPLATE = new URL('../../../workflow/src/templates/issue-to-pr.yaml', import.meta.url);

export interface TemplateStep {
  readonly handler: StepHandler;
  readonly needs: readonly string[];
}

/**
 * The steps of the default template, in order. Steps know nothing of workflows, so the file is read by its path;
 * of its YAML only the lines `- id:` and `needs:` of a step are understood.
 */
export async function readTemplateSteps(): Promise<readonly TemplateStep[]> {
  const text = await readFile(TEMPLATE, 'utf8');
  const blocks = text.split(/^ {6}- id: /m).slice(1);
  return blocks.map((block) => {
    const [id] = block.split('\n', 1);
    const handler = STEP_HANDLERS.find((one) => one === id);
    if (handler === undefined) throw new Error(`the template has a step "${id}" that nothing carries out`);
    const needs = /^ {8}needs: \[(.*)\]$/m.exec(block)?.[1] ?? '';
    return { handler, needs: needs.split(', ').filter((need) => need !== '') };
  });
}
