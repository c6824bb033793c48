import type Anthropic from '@anthropic-ai/sdk';
import type { ToolDescription } from '../ai-provider.ts';
import {
  STRICT_OPTIONALS_MAX,
  STRICT_TOOLS_MAX,
  STRICT_UNIONS_MAX,
  type StrictSchema,
  strictSchemaOf,
} from './strict-schema.ts';

/**
 * Tools in their order. As many as the API allows are strict, the one that hands in the result before all others;
 * the same tools always come out the same, since they begin the prefix that is cached.
 */
export function toTools(tools: readonly ToolDescription[], first: string | undefined): Anthropic.Tool[] {
  const strict = chooseStrict(tools, first);
  return tools.map((tool) => {
    const { name, description } = tool;
    const chosen = strict.get(name);
    if (chosen !== undefined) {
      return { name, description, input_schema: { ...chosen.schema, type: 'object' }, strict: true };
    }
    return { name, description, input_schema: { ...tool.inputSchema, type: 'object' } };
  });
}

export function toLooseTools(tools: readonly ToolDescription[]): Anthropic.Tool[] {
  return tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    input_schema: { ...inputSchema, type: 'object' },
  }));
}

function chooseStrict(
  tools: readonly ToolDescription[],
  first: string | undefined,
): ReadonlyMap<string, StrictSchema> {
  const chosen = new Map<string, StrictSchema>();
  const rest = { optionals: STRICT_OPTIONALS_MAX, unions: STRICT_UNIONS_MAX };
  const inOrder = [
    ...tools.filter(({ name }) => name === first),
    ...tools.filter(({ name }) => name !== first),
  ];
  for (const { name, inputSchema } of inOrder) {
    const strict = strictSchemaOf(inputSchema);
    if (strict === null || chosen.size === STRICT_TOOLS_MAX) continue;
    if (strict.optionals > rest.optionals || strict.unions > rest.unions) continue;
    rest.optionals -= strict.optionals;
    rest.unions -= strict.unions;
    chosen.set(name, strict);
  }
  return chosen;
}
