import type { AgentView } from '@tamma/contracts';
import type { MeasuredAgent } from '@tamma/coordination';
import { scoreOf, usdOf } from '@tamma/domain';

/** What was measured of an agent, for people: averages by conversation, and the score that routing compares. */
export function viewAgent({ record, ...agent }: MeasuredAgent): AgentView {
  const { runs, done, repairs, turns, durationMs, costMicroUsd } = record;
  const perRun = (whole: number) => (runs === 0 ? 0 : whole / runs);
  return {
    ...agent,
    runs,
    done,
    repairs,
    turnsPerRun: perRun(turns),
    secondsPerRun: perRun(durationMs / 1000),
    costUsdPerRun: perRun(usdOf(costMicroUsd)),
    costUsd: usdOf(costMicroUsd),
    score: scoreOf(record),
  };
}
