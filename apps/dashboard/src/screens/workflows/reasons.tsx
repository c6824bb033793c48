import { Outside } from '../../ui/text.tsx';

/** Every reason why an issue is not taken. */
export function Reasons({ reasons }: { readonly reasons: readonly string[] }) {
  return (
    <ul className="reasons">
      {reasons.map((reason) => (
        <li key={reason}>
          <Outside text={reason} />
        </li>
      ))}
    </ul>
  );
}
