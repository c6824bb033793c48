import type { IconName } from '../view/words.ts';

type Shape =
  | IconName
  | 'list'
  | 'inbox'
  | 'workers'
  | 'models'
  | 'out'
  | 'menu'
  | 'close'
  | 'file'
  | 'branch'
  | 'down';

/** Strokes on a grid of 16 by 16. */
const PATHS: Readonly<Record<Shape, string>> = {
  clock: 'M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5ZM8 4.5V8l2.5 1.75',
  spinner: 'M8 1.75A6.25 6.25 0 1 1 1.75 8',
  pause: 'M5.75 3.5v9M10.25 3.5v9',
  check: 'm3 8.5 3.25 3.25L13 5',
  cross: 'm4 4 8 8m0-8-8 8',
  slash: 'M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5ZM3.75 12.25l8.5-8.5',
  dot: 'M8 6.75a1.25 1.25 0 1 0 0 2.5 1.25 1.25 0 0 0 0-2.5Z',
  person:
    'M8 2.25a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5ZM2.75 14c.5-3 2.5-4.25 5.25-4.25S12.75 11 13.25 14',
  question: 'M5.5 6A2.5 2.5 0 1 1 8 8.5v1.25M8 12.75v.25',
  alert: 'M8 2 1.75 13.5h12.5ZM8 6.5v3M8 11.5v.25',
  list: 'M2 4h1M2 8h1M2 12h1M6 4h8M6 8h8M6 12h8',
  inbox: 'M2 9.5 3.75 3h8.5L14 9.5v3.75H2ZM2 9.5h3.5c0 1.5 1 2.25 2.5 2.25s2.5-.75 2.5-2.25H14',
  workers: 'M2.5 2.75h11v4h-11ZM2.5 9.25h11v4h-11ZM5 4.75h.01M5 11.25h.01',
  models: 'M2.5 5.25 8 2.25l5.5 3-5.5 3ZM2.5 8 8 11l5.5-3M2.5 10.75l5.5 3 5.5-3',
  out: 'M6.5 3H3v10h10V9.5M9 2.5h4.5V7M13.25 2.75 7.5 8.5',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'm4 4 8 8m0-8-8 8',
  file: 'M4 1.75h5.5l3 3v9.5H4ZM9.25 2v3h3',
  branch:
    'M4.5 5.5v5M4.5 2.25a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3ZM4.5 10.75a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3ZM11.5 4.25a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3ZM11.5 7.25c0 2.25-4 1.5-6.5 3.5',
  down: 'M8 2.5v10.25M3.5 8.5 8 13l4.5-4.5',
};

/** A sign beside a word; it says nothing that the word does not. */
export function Icon({ name, isBusy = false }: { readonly name: Shape; readonly isBusy?: boolean }) {
  return (
    <svg
      className={isBusy ? 'icon icon-busy' : 'icon'}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
