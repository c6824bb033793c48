/** The sign and the name. */
export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" className="brand-sign" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="8" />
        <path d="M8 11h16M16 11v11" />
        <circle cx="23.5" cy="22" r="3" />
      </svg>
      Tamma
    </span>
  );
}
