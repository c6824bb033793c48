export const TABS = ['live', 'artifacts', 'changes', 'timeline', 'costs'] as const;
export type Tab = (typeof TABS)[number];

/** Which screen is shown. */
export type Route =
  | { readonly screen: 'workflows' }
  | { readonly screen: 'workflow'; readonly id: string; readonly tab: Tab }
  | { readonly screen: 'inbox' }
  | { readonly screen: 'workers' }
  | { readonly screen: 'models' }
  | { readonly screen: 'nowhere' };

/** Reads the part of the address after `#`; the server never sees it, so every address works after a reload. */
export function parseRoute(hash: string): Route {
  const [first = '', second = '', third = ''] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  if (first === '') return { screen: 'workflows' };
  if (first === 'inbox' && second === '') return { screen: 'inbox' };
  if (first === 'workers' && second === '') return { screen: 'workers' };
  if (first === 'models' && second === '') return { screen: 'models' };
  if (first === 'workflows' && second !== '') {
    return { screen: 'workflow', id: second, tab: TABS.find((tab) => tab === third) ?? 'live' };
  }
  return { screen: 'nowhere' };
}

export function addressOf(route: Route): string {
  switch (route.screen) {
    case 'workflow':
      return `#/workflows/${encodeURIComponent(route.id)}${route.tab === 'live' ? '' : `/${route.tab}`}`;
    case 'inbox':
    case 'workers':
    case 'models':
      return `#/${route.screen}`;
    default:
      return '#/';
  }
}

export function workflowAddress(id: string): string {
  return addressOf({ screen: 'workflow', id, tab: 'live' });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Typed by hand: what is no encoding is taken as it stands.
    return part;
  }
}
