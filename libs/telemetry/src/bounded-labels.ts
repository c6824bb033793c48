/** What a label says once it has seen as many values as it may. */
const OTHER = 'other';

/**
 * Keeps a label from growing without end: values that come from outside (a step's id, a model's name) are
 * passed through until `max` different ones were seen, later ones become `other`. A metric's series live as
 * long as the process.
 */
export function createBoundedLabel(max: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= max) return OTHER;
    seen.add(value);
    return value;
  };
}
