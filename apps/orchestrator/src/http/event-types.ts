import { ANY_EVENT, EVENT_ALIASES, EVENT_DATA, isEventType } from '@tamma/contracts';
import type { EventType } from '@tamma/domain';

const STORED: readonly EventType[] = Object.keys(EVENT_DATA).filter(isEventType);

/** The stored types that a name may mean: a type, an alias, the beginning of types, or any. Empty for an unknown one. */
export function typesOfName(name: string): readonly EventType[] {
  if (name === ANY_EVENT) return STORED;
  if (name.endsWith('.*')) return STORED.filter((type) => type.startsWith(name.slice(0, -1)));
  const alias = EVENT_ALIASES.find((one) => one.name === name);
  return alias?.types ?? STORED.filter((type) => type === name);
}
