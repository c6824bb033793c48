/** Results that a model may hand in to each of the steps that ask one. */
export const ANSWERS = {
  clarification: {
    ambiguity: 10,
    goal: 'A function doubles a number.',
    acceptance: ['double(2) is 4', 'double is exported'],
    questions: [],
  },
  'context-research': {
    summary: 'One small module with one function.',
    files: [{ path: 'src/sum.js', why: 'its neighbor' }],
    risks: ['none that matter'],
  },
  'plan-generation': {
    summary: 'Add one function beside sum.',
    steps: ['write the test', 'write the function'],
    files: ['src/double.js'],
    risk: 'low',
    breaking: false,
    deletesFiles: false,
    testPlan: 'One test of double.',
  },
  'code-generation': {
    summary: 'Added double.',
    tests: [],
    commitMessage: 'Add double\n\nThe issue asks for it.',
    testsCannotFail: 'No tests are there yet.',
  },
  'code-review': {
    summary: 'Sound and small.',
    findings: [{ severity: 'minor', path: 'src/double.js', line: 1, note: 'the name could say more' }],
    changes: 'There is a new function double.',
  },
} as const;

/** The calls that make the change which `ANSWERS` speaks of. */
export const DOUBLE_FILE = { path: 'src/double.js', text: 'export const double = (n) => 2 * n;\n' };
