/** A fact that is told again comes soon after: its teller could not know whether the first time was heard. */
const REMEMBERED_MAX = 1000;

/** Passes over what is in the log twice under one id, as the record does. */
export interface RecentIds {
  isNew(id: string): boolean;
}

export function createRecentIds(max = REMEMBERED_MAX): RecentIds {
  const ids = new Set<string>();
  return {
    isNew: (id) => {
      if (ids.has(id)) return false;
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > max && oldest !== undefined) ids.delete(oldest);
      return true;
    },
  };
}
