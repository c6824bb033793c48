import { readFile } from 'node:fs/promises';
import { STEP_HANDLERS, templatePhaseSchema, templateSchema, templateStepSchema } from '@tamma/contracts';
import { toError } from '@tamma/domain';
import { parseDocument } from 'yaml';
import { checkTemplate, type TemplateProblem } from './check-template.ts';
import { planOf, type WorkflowPlan } from './plan.ts';

export type LoadedTemplate =
  | { readonly ok: true; readonly plan: WorkflowPlan }
  | { readonly ok: false; readonly source: string; readonly problems: readonly TemplateProblem[] };

/** The templates that come with the product, by name. */
export const BUILT_IN_TEMPLATES = ['issue-to-pr'] as const;

/**
 * Loads a built-in template by name, or a file by its path (which ends in .yaml or .yml).
 * All problems are reported at once; a template with one never runs.
 */
export async function loadTemplate(nameOrPath: string): Promise<LoadedTemplate> {
  const source = sourceOf(nameOrPath);
  if (source === null) {
    const message = `there is no template "${nameOrPath}"; name one of ${BUILT_IN_TEMPLATES.join(', ')}, or a file that ends in .yaml`;
    return { ok: false, source: nameOrPath, problems: [{ path: '', message }] };
  }
  try {
    return parseTemplate(await readFile(source, 'utf8'), nameOrPath);
  } catch (thrown) {
    const message = `it cannot be read: ${toError(thrown).message}`;
    return { ok: false, source: nameOrPath, problems: [{ path: '', message }] };
  }
}

function sourceOf(nameOrPath: string): URL | string | null {
  if (/\.ya?ml$/.test(nameOrPath)) return nameOrPath;
  if (!BUILT_IN_TEMPLATES.some((name) => name === nameOrPath)) return null;
  return new URL(`./templates/${nameOrPath}.yaml`, import.meta.url);
}

export function parseTemplate(text: string, source: string): LoadedTemplate {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    return { ok: false, source, problems: document.errors.map(({ message }) => ({ path: '', message })) };
  }
  const content: unknown = document.toJS();
  const parsed = templateSchema.safeParse(content);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({ path: pathText(path), message })),
    ...checkOutline(content),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, source, problems };
  return { ok: true, plan: planOf(parsed.data) };
}

const outlineStep = templateStepSchema.pick({ id: true, handler: true, needs: true }).strip();
const outlinePhase = templatePhaseSchema.pick({ id: true }).strip().extend({ steps: outlineStep.array() });
const outlineSchema = templateSchema.pick({}).strip().extend({ phases: outlinePhase.array() });

/** A wrong value somewhere must not hide a cycle or a missing handler elsewhere. */
function checkOutline(content: unknown): readonly TemplateProblem[] {
  const outline = outlineSchema.safeParse(content);
  return outline.success ? checkTemplate(outline.data, new Set(STEP_HANDLERS)) : [];
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
