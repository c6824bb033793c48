import {
  type BudgetView,
  budgetListSchema,
  eventListSchema,
  type Health,
  healthSchema,
  type ProjectView,
  projectListSchema,
  type RelayedEvent,
  workflowListSchema,
} from '@tamma/contracts';
import type { WorkflowState } from '@tamma/domain';
import type { z } from 'zod';

const TIMEOUT_MS = 10_000;
/** Pages of a list read at most: 100 items each. */
const PAGES_MAX = 100;

/** The orchestrator's REST API, as far as the launcher needs it. */
export interface Api {
  isReady(): Promise<boolean>;
  health(): Promise<Health>;
  projects(): Promise<readonly ProjectView[]>;
  workflows(): Promise<readonly WorkflowState[]>;
  /** Those of workflows. */
  budgets(): Promise<readonly BudgetView[]>;
  eventsAfter(offset: string): Promise<readonly RelayedEvent[]>;
}

export interface ApiOptions {
  readonly baseUrl: string;
  /** Null where nobody is asked for one. */
  readonly token: string | null;
}

interface List<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export function createApi({ baseUrl, token }: ApiOptions): Api {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const read = async <Value>(path: string, schema: z.ZodType<Value>): Promise<Value> => {
    const response = await fetch(`${baseUrl}${path}`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const isAnswer = response.ok || path === '/health';
    if (!isAnswer) throw new Error(`${path} answered ${response.status}`);
    return schema.parse(await response.json());
  };

  const readAll = async <Item>(path: string, schema: z.ZodType<List<Item>>): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let after = '';
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const list = await read(`${path}${after}`, schema);
      items.push(...list.items);
      if (list.next === null) break;
      after = `&after=${encodeURIComponent(list.next)}`;
    }
    return items;
  };

  return {
    isReady: async () => {
      try {
        const response = await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
        return response.ok;
      } catch {
        // Not listening yet is what this question is about.
        return false;
      }
    },
    health: () => read('/health', healthSchema),
    projects: async () => (await read('/api/v1/projects', projectListSchema)).items,
    workflows: () => readAll('/api/v1/workflows?limit=100', workflowListSchema),
    budgets: () => readAll('/api/v1/budgets?limit=100&level=workflow', budgetListSchema),
    eventsAfter: async (offset) =>
      (await read(`/api/v1/events?limit=1000&since=${offset}`, eventListSchema)).items,
  };
}
