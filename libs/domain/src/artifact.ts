export const ARTIFACT_NAMES = [
  'TASK.md',
  'CONTEXT.md',
  'PLAN.md',
  'TODO.md',
  'REVIEW.md',
  'CHANGES.md',
  'BUGS.md',
  'build.log',
  'test.log',
  'security.log',
  'ci.log',
  'change.patch',
  'delivery.json',
] as const;
export type ArtifactName = (typeof ARTIFACT_NAMES)[number];

/** What events and results carry instead of the body. */
export interface ArtifactReference {
  readonly name: ArtifactName;
  /** SHA-256 of the stored text, hexadecimal. */
  readonly sha256: string;
  /** Size of the stored text before compression. */
  readonly bytes: number;
}

export const ARTIFACT_BYTES_MAX = 256 * 1024;

/** Keeps head and tail of a text that is too long, and says how much is missing. Sizes are in characters. */
export function cutMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = max - noteOf(text.length).length;
  if (room <= 0) return text.slice(0, max);
  const head = Math.ceil(room / 2);
  return text.slice(0, head) + noteOf(text.length - room) + text.slice(text.length - (room - head));
}

function noteOf(missing: number): string {
  return `\n\n[… ${missing} characters left out …]\n\n`;
}
