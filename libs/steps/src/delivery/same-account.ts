/** Platforms tell accounts apart without regard to case, and show the spelling that each chose for itself. */
export function isSameAccount(one: string, other: string | null): boolean {
  return one.toLowerCase() === other?.toLowerCase();
}
