import { COMMAND_PREFIX, decisionsFor, explainWorkflow, type WorkflowState } from '@tamma/domain';

/** Comments that are read as commands, with the role each takes; or the command line, where comments are only data. */
export type Steering =
  | {
      readonly kind: 'comments';
      readonly people: { readonly [Right in 'view' | 'operate' | 'approve']: string };
    }
  | { readonly kind: 'command-line' };

const WORDS = { approve: 'approve', reject: 'reject <why>', edit: 'edit <what>', answer: 'answer <text>' };

/** What people can have it do now, one line each. */
export function moversOf(state: WorkflowState, steering: Steering): readonly string[] {
  if (steering.kind === 'command-line') {
    return explainWorkflow(state)
      .movers.filter(({ how }) => how.startsWith('tamma '))
      .map(({ who, how }) => `\`${how}\` (${who})`);
  }
  const { view, operate, approve } = steering.people;
  const line = (command: string, who: string) => `\`${COMMAND_PREFIX} ${command}\` (${who})`;
  const approvers = `who has the role ${approve} here`;
  const operators = `who has the role ${operate} here`;
  const { approval, escalation, suspended } = state;
  const answers = approval === null ? [] : decisionsFor(approval.kind);
  return [
    ...answers.map((one) =>
      line(WORDS[one], one === 'answer' ? `the author of this issue, or ${approvers}` : approvers),
    ),
    ...(escalation === null ? [] : [line('retry', operators)]),
    suspended === null ? line('suspend <why>', operators) : line('resume', operators),
    line('cancel <why>', operators),
    line('explain', `who has the role ${view} here`),
  ];
}
