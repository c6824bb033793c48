import type { AgentRecord } from '@tamma/domain';

export interface AgentPlace {
  readonly project: string;
  /** The step's handler. */
  readonly step: string;
}

export interface MeasuredAgent extends AgentPlace {
  readonly agent: string;
  readonly provider: string;
  readonly model: string;
  readonly record: AgentRecord;
}

/** What was measured of agents, shared by all processes. While Redis is away nothing is known and nothing is kept. */
export interface AgentRecords {
  /** Adds the numbers of one conversation, or of one round of repair. */
  add(measured: MeasuredAgent): Promise<void>;
  /** By agent; of one whose model was changed only what its present model did, which `models` says. */
  read(place: AgentPlace, models: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, AgentRecord>>;
  list(): Promise<readonly MeasuredAgent[]>;
}
