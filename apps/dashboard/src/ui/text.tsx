import { printable, printableLine } from '../format/printable.ts';

/** Text of strangers on one line. It keeps its direction to itself. */
export function Outside({ text }: { readonly text: string }) {
  return <bdi className="outside">{printableLine(text)}</bdi>;
}

/** Text of strangers with its lines. */
export function OutsideBlock({ text }: { readonly text: string }) {
  return (
    <p className="outside outside-block" dir="auto">
      {printable(text)}
    </p>
  );
}
