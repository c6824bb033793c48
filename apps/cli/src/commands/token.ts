import { randomBytes } from 'node:crypto';
import { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { ROLES, type Role } from '@tamma/domain';
import type { OpenContext } from '../context.ts';

const TOKEN_BYTES = 32;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,59}$/;
const ROLES_DEFAULT: readonly Role[] = ['operator', 'approver'];

export function tokenCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('token')
    .description("make a new token; nothing is stored: the entry goes into the server's TAMMA_TOKENS")
    .option(
      '--name <name>',
      'whose token it is; stands in the record beside what is done with it',
      parseName,
      'owner',
    )
    .addOption(
      new Option('--role <role...>', 'what it may be used for').choices(ROLES).default([...ROLES_DEFAULT]),
    )
    .action(({ name, role }) => {
      const { output } = open();
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const roles = [...new Set(role)];
      const entry = `${name}:${roles.join('+')}:${token}`;
      if (output.isJson) return output.json({ name, roles, token, entry });
      output.lines([entry]);
      output.note(
        'Add this line to TAMMA_TOKENS of the server (entries are separated by commas) and start it again.',
      );
      output.note(
        `${name} sets TAMMA_TOKEN to what stands after the last colon, or TAMMA_TOKEN_FILE to a file with it.`,
      );
    });
}

/** The server would refuse other names. */
function parseName(text: string): string {
  if (NAME.test(text)) return text;
  throw new InvalidArgumentError('Expected letters, digits, ".", "_", "@" and "-", at most 60.');
}
