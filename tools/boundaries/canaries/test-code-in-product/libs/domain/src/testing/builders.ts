export const buildIssue = 1;
