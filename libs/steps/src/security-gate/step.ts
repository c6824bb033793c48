import { done, escalate, judgePatch, type Outcome } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import type { z } from 'zod';
import { baseOf } from '../base.ts';
import { branchSetup } from '../branch-setup/step.ts';
import { gateResultSchema } from '../gate/command-gate.ts';
import {
  findPass,
  hasPassed,
  isMissing,
  runGateCommand,
  settleGate,
  summarize,
  takeOverride,
} from '../gate/run-command.ts';
import { askForRepair, describeRepairs } from '../round.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';

type Result = z.infer<typeof gateResultSchema>;

/**
 * Secrets, patch limits and protected paths; then the project's own scanner, if it has one. What the scanner alone
 * finds is sent to repair; all else is a person's matter at once.
 */
export const securityGate: Step<Result> = { handler: 'security-gate', result: gateResultSchema, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { branch } = resultFrom(context, branchSetup);
  const workspace = await context.openWorkspace(branch);
  const commit = workspace.startCommit;
  const earlier = findPass(context, 'security', commit) ?? (await letPass(context, workspace, commit));
  if (earlier !== null) return done({ commit, summary: earlier.summary });

  const startedAt = performance.now();
  await context.progress(10, 'looking for secrets and broken limits');
  const broken = await inspectChange(context, workspace, await baseOf(context, workspace));
  const scan = await runScanner(context, workspace);
  const problems = [...broken, ...scan.problems];
  const summary = problems.length === 0 ? 'no secrets, every patch limit kept' : problems.join('; ');
  context.writeArtifact('security.log', `${summary}\n${scan.output}`);
  const durationMs = Math.round(performance.now() - startedAt);
  const verdict = { gate: 'security', commit, passed: problems.length === 0, summary, durationMs } as const;
  const { passed } = await settleGate(context, verdict);
  if (passed) return done({ commit, summary });
  return refuse(context, { commit, summary, isRepairable: broken.length === 0 && !scan.isMissing });
}

/** A person may let broken limits and the scanner's findings pass; what looks like a secret nobody lets pass. */
async function letPass(context: StepContext, workspace: Workspace, commit: string) {
  if (context.order?.kind !== 'override') return null;
  const secrets = await workspace.findSecrets(await baseOf(context, workspace));
  return secrets.length === 0 ? takeOverride(context, 'security', commit) : null;
}

interface Refusal {
  readonly commit: string;
  readonly summary: string;
  readonly isRepairable: boolean;
}

function refuse(context: StepContext, { commit, summary, isRepairable }: Refusal): Outcome<never> {
  const failed = `the security gate failed on ${commit.slice(0, 7)}`;
  const repair = isRepairable ? askForRepair(context, `${failed}: ${summary}`) : null;
  if (repair !== null) return repair;
  const message = `${failed}${describeRepairs(context)}: ${summary}`;
  const remedy = "read the artifact security.log; abort, then narrow the issue or change the project's gates";
  return escalate({ code: 'SECURITY_FAILED', class: 'gate', message, remedy });
}

async function inspectChange(
  context: StepContext,
  workspace: Workspace,
  baseCommit: string,
): Promise<readonly string[]> {
  const { files } = await workspace.changeSince(baseCommit);
  const secrets = await workspace.findSecrets(baseCommit);
  const found = secrets.map((one) => `${one.path}:${one.line} looks like a secret (${one.kind})`);
  return [...judgePatch(files, context.head.project.gates.patch), ...found];
}

interface Scan {
  readonly problems: readonly string[];
  readonly output: string;
  /** Whether there was nothing to run. */
  readonly isMissing: boolean;
}

async function runScanner(context: StepContext, workspace: Workspace): Promise<Scan> {
  const scanner = context.head.project.gates.security;
  if (scanner === undefined) return { problems: [], output: '', isMissing: false };
  const result = await runGateCommand(context, workspace, scanner);
  const problems = hasPassed(result) ? [] : [summarize(scanner, result)];
  return { problems, output: result.output, isMissing: isMissing(result) };
}
