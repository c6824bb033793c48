/** Each issue has a file of its own, so that no two of them can conflict. */
export function fileOf(issue: number): string {
  return `notes/note-${issue}.md`;
}

export function textOf(issue: number): string {
  return `This is note ${issue}.\n`;
}

export function renderIssue(issue: number): string {
  const head = `---\ntitle: Add note ${issue}\nstate: open\nlabels: [tamma]\nauthor: mira\nassignee: null\ncreated: 2026-01-12T09:30:00Z\n---\n`;
  return `${head}\nPlease add the file ${fileOf(issue)} with one line of text that names its number.\n`;
}

export function issueFileOf(issue: number): string {
  return `${String(issue).padStart(3, '0')}-note.md`;
}
