import type { ReactNode } from 'react';

interface ScrollProps {
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** A box with its own scroll bars, which the arrow keys move. */
export function Scroll({ label, className, children }: ScrollProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it, the keyboard cannot reach what is outside of the box
    <section className={className} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
