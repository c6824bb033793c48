import { createCell, type Watched } from '../state/cell.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const KEY = 'tamma-theme';

export interface ThemeSwitch extends Watched<Theme> {
  choose(theme: Theme): void;
}

/** `system` follows the machine. The choice is kept where the browser allows it. */
export function createThemeSwitch(root: HTMLElement, storage: () => Storage): ThemeSwitch {
  const cell = createCell<Theme>(THEMES.find((theme) => theme === recall(storage)) ?? 'system');
  const show = (theme: Theme): void => {
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  show(cell.get());
  return {
    get: cell.get,
    subscribe: cell.subscribe,
    choose: (theme) => {
      show(theme);
      keep(storage, theme);
      cell.set(theme);
    },
  };
}

function recall(storage: () => Storage): string | null {
  try {
    return storage().getItem(KEY);
  } catch {
    // Storage is forbidden here: the choice lasts as long as the page.
    return null;
  }
}

function keep(storage: () => Storage, theme: Theme): void {
  try {
    storage().setItem(KEY, theme);
  } catch {
    // As above.
  }
}
