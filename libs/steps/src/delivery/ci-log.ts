import type { Check } from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';

/** Red checks whose logs are shown, and the end of each log in characters. */
const CHECKS_MAX = 3;
const LOG_MAX = 32 * 1024;
const SUMMARY_MAX = 1000;

/** ci.log: what the red checks say and how their logs end, as data. */
export async function readCiLog(
  platform: Pick<GitPlatform, 'readCheckLog'>,
  failed: readonly Check[],
): Promise<string> {
  const parts = [`# Red checks: ${describeChecks(failed)}`];
  for (const check of failed.slice(0, CHECKS_MAX)) {
    const log = (await platform.readCheckLog(check, LOG_MAX)).slice(-LOG_MAX).toWellFormed();
    const summary = check.summary.slice(0, SUMMARY_MAX).toWellFormed();
    parts.push(`## ${check.name}\n\n${summary}\n\n${log === '' ? '(it keeps no log)' : log}`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Checks that are named in a sentence, and the length of each name in characters. */
const NAMES_MAX = 10;
const NAME_MAX = 100;

export function describeChecks(checks: readonly Check[]): string {
  const names = checks.slice(0, NAMES_MAX).map(({ name }) => name.slice(0, NAME_MAX));
  const more = checks.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
