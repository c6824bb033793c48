import type { AgentView } from '@tamma/contracts';
import { formatScore } from '@tamma/domain';
import { formatCost } from '../../format/amount.ts';
import { formatDuration } from '../../format/time.ts';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { Empty, Failure, Loading } from '../../ui/notice.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Outside } from '../../ui/text.tsx';
import { nameOfStep } from '../../view/words.ts';

/** What was measured of each model, within a step the best first. */
export function Agents() {
  const { app } = usePage();
  const { value: agents, error } = useWatched(app.agents);
  return (
    <section aria-labelledby="agents">
      <h2 id="agents">What they did</h2>
      {error === null ? null : <Failure error={error} onRetry={() => void app.agents.load()} />}
      {agents === null && error === null ? <Loading what="agents" /> : null}
      {agents?.length === 0 ? (
        <Empty title="No model was measured yet.">
          <p>A line comes when the first one has ended a conversation.</p>
        </Empty>
      ) : null}
      {agents === null || agents.length === 0 ? null : <AgentTable agents={agents.toSorted(byScore)} />}
    </section>
  );
}

const COLUMNS = ['Project', 'Step', 'Agent', 'Model', 'Done', 'Repairs', 'Turns', 'Time', 'Cost', 'Score'];

function AgentTable({ agents }: { readonly agents: readonly AgentView[] }) {
  return (
    <Scroll label="Agents by project and step" className="table-scroll">
      <table className="numbers agents">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => (
            <AgentRow key={[agent.project, agent.step, agent.agent, agent.model].join('\n')} agent={agent} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function AgentRow({ agent }: { readonly agent: AgentView }) {
  return (
    <tr>
      <th scope="row">
        <Outside text={agent.project} />
      </th>
      <td>{nameOfStep(agent.step)}</td>
      <td>
        <Outside text={agent.agent} />
      </td>
      <td>
        <Outside text={agent.model} />
      </td>
      <td>
        {agent.done} of {agent.runs}
      </td>
      <td>{agent.repairs}</td>
      <td>{agent.turnsPerRun.toFixed(1)}</td>
      <td>{formatDuration(agent.secondsPerRun * 1000)}</td>
      <td>{formatCost(agent.costUsdPerRun)}</td>
      <td>{formatScore(agent.score)}</td>
    </tr>
  );
}

function byScore(one: AgentView, other: AgentView): number {
  const place = ({ project, step }: AgentView) => `${project}\n${step}`;
  return place(one).localeCompare(place(other)) || other.score - one.score;
}
