import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { OpenContext } from '../context.ts';
import { showApprovals } from '../views/approvals.ts';
import { APPROVALS_MAX } from './pending.ts';

export function approvalsCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('approvals')
    .description('what waits for a person: approvals, questions, escalations')
    .action(async () => {
      const { api, output } = open();
      output.show(await api.approvals({ limit: APPROVALS_MAX }), showApprovals);
    });
}
