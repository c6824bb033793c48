import { parseArgs } from 'node:util';

export interface Flags {
  /** End when nothing can move without a person. */
  readonly once: boolean;
  /** With `once`: go on waiting for people too. */
  readonly wait: boolean;
  readonly help: boolean;
}

export type ParsedFlags =
  | { readonly ok: true; readonly flags: Flags }
  | { readonly ok: false; readonly message: string };

export const USAGE = `npm start -- [--once [--wait]]

  (no flag)  work until Ctrl-C, which drains
  --once     end when no workflow can move without a person; prints a receipt for each
  --wait     with --once: keep waiting for people

Exit: 0 every eligible issue was merged, needed no change, or waits for a person; 1 any failed or escalated; 2 configuration.`;

export function parseFlags(args: readonly string[]): ParsedFlags {
  const boolean = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { once: boolean, wait: boolean, help: { ...boolean, short: 'h' } },
      strict: true,
    });
    if (values.wait && !values.once) return { ok: false, message: '--wait only means something with --once' };
    return { ok: true, flags: values };
  } catch (thrown) {
    return { ok: false, message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
