import { PHASES, type Phase, STEP_INDEX_MAX } from '@tamma/domain';

/** What is wrong with a template, where, and what to do. */
export interface TemplateProblem {
  readonly path: string;
  readonly message: string;
}

/** As much of a template as these checks look at. */
export interface TemplateOutline {
  readonly phases: readonly {
    readonly id: Phase;
    readonly steps: readonly {
      readonly id: string;
      readonly handler?: string | undefined;
      readonly needs: readonly string[];
    }[];
  }[];
}

interface Placed {
  readonly path: string;
  readonly id: string;
  readonly handler: string;
  readonly needs: readonly string[];
}

/** Everything the schema cannot see. An empty answer means the template can run. */
export function checkTemplate(
  template: TemplateOutline,
  handlers: ReadonlySet<string>,
): readonly TemplateProblem[] {
  const steps = placeSteps(template);
  return [
    ...checkPhases(template),
    ...checkCount(steps),
    ...checkUnique(steps),
    ...checkHandlers(steps, handlers),
    ...checkNeeds(steps),
  ];
}

function placeSteps(template: TemplateOutline): Placed[] {
  return template.phases.flatMap((phase, p) =>
    phase.steps.map((step, s) => ({
      path: `phases[${p}].steps[${s}]`,
      id: step.id,
      handler: step.handler ?? step.id,
      needs: step.needs,
    })),
  );
}

function checkPhases(template: TemplateOutline): TemplateProblem[] {
  const order = template.phases.map((phase) => PHASES.indexOf(phase.id));
  return order.flatMap((place, i) => {
    const before = order[i - 1];
    if (before === undefined || before < place) return [];
    const message = `phase ${template.phases[i]?.id} comes after ${template.phases[i - 1]?.id}; the order is ${PHASES.join(', ')}, each once`;
    return [{ path: `phases[${i}].id`, message }];
  });
}

function checkCount(steps: readonly Placed[]): TemplateProblem[] {
  if (steps.length <= STEP_INDEX_MAX) return [];
  return [
    { path: 'phases', message: `${steps.length} steps, at most ${STEP_INDEX_MAX} fit into one workflow` },
  ];
}

function checkUnique(steps: readonly Placed[]): TemplateProblem[] {
  return steps.flatMap((step, i) => {
    const twin = steps.findIndex((other) => other.id === step.id);
    return twin < i
      ? [
          {
            path: `${step.path}.id`,
            message: `"${step.id}" is the id of ${steps[twin]?.path} already; rename one`,
          },
        ]
      : [];
  });
}

function checkHandlers(steps: readonly Placed[], handlers: ReadonlySet<string>): TemplateProblem[] {
  return steps
    .filter((step) => !handlers.has(step.handler))
    .map((step) => ({
      path: `${step.path}.handler`,
      message: `there is no handler "${step.handler}"; known are ${[...handlers].join(', ')}`,
    }));
}

/** A step runs after the one above it, so whatever it needs must stand above it; anything else is a cycle. */
function checkNeeds(steps: readonly Placed[]): TemplateProblem[] {
  const place = new Map(steps.map((step, i) => [step.id, i]));
  return steps.flatMap((step, i) =>
    step.needs.flatMap((need, n) => {
      const message = problemOfNeed(step.id, need, { own: i, other: place.get(need) });
      return message === null ? [] : [{ path: `${step.path}.needs[${n}]`, message }];
    }),
  );
}

function problemOfNeed(
  id: string,
  need: string,
  at: { own: number; other: number | undefined },
): string | null {
  if (at.other === undefined) return `"${id}" needs "${need}", which is not a step of this template`;
  if (at.other === at.own) return `"${id}" needs itself, a cycle; take it out`;
  if (at.other > at.own) {
    return `"${id}" needs "${need}", which runs after it, a cycle; move "${need}" above it or drop the need`;
  }
  return null;
}
