import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Icon } from './icon.tsx';

/** Nearer to the end than this counts as being there, in pixels. */
const END_MARGIN = 32;

interface FollowingProps {
  readonly label: string;
  readonly className: string;
  /** Changes whenever there is more to see. */
  readonly size: number;
  readonly children: ReactNode;
}

/** Shows the end of what grows, until somebody scrolls up to read. */
export function Following({ label, className, size, children }: FollowingProps) {
  const box = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  useLayoutEffect(() => {
    if (isFollowing && box.current !== null) goToEnd(box.current);
  }, [size, isFollowing]);
  useEffect(() => {
    const element = box.current;
    if (element === null || !isFollowing) return;
    const observer = new ResizeObserver(() => goToEnd(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, [isFollowing]);
  const look = (): void => {
    const element = box.current;
    if (element === null) return;
    setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < END_MARGIN);
  };
  return (
    <div className="following">
      <div
        ref={box}
        className={className}
        role="log"
        aria-live="off"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without it, the keyboard cannot scroll back
        tabIndex={0}
        onScroll={look}
      >
        {children}
      </div>
      {isFollowing ? null : (
        <button type="button" className="button following-end" onClick={() => setFollowing(true)}>
          <Icon name="down" /> Latest
        </button>
      )}
    </div>
  );
}

function goToEnd(element: HTMLElement): void {
  element.scrollTop = element.scrollHeight;
}
