/** Each prompt's version with the hash of its text: a new text needs a new version, so that the record tells them apart. */
export const PROMPT_VERSIONS: Readonly<Record<string, string>> = {
  'clarification/prompt.md': '3#b948060b10cb',
  'code-generation/conflict.md': '2#bad8fdb1bcc3',
  'code-generation/prompt.md': '3#721bf1e50c95',
  'code-generation/repair.md': '3#4a1285346164',
  'code-review/prompt.md': '3#2749fb2b6bfa',
  'context-research/prompt.md': '2#3390aaac2615',
  'plan-generation/prompt.md': '2#7ae0621f0b20',
  'plan-generation/revise.md': '2#a911569b7f59',
};
