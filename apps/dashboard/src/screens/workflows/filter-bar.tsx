import { WORKFLOW_STATUSES, type WorkflowState } from '@tamma/domain';
import { countByStatus, type Filter, isStatus } from '../../view/filter.ts';

interface FilterBarProps {
  readonly states: readonly WorkflowState[];
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

export function FilterBar({ states, filter, onChange }: FilterBarProps) {
  const counts = countByStatus(states);
  const projects = [...new Set(states.map(({ project }) => project))].sort();
  return (
    <search className="filters">
      <label className="field field-grow">
        <span>Find</span>
        <input
          type="search"
          placeholder="title, #number, project …"
          value={filter.text}
          onChange={({ target }) => onChange({ ...filter, text: target.value })}
        />
      </label>
      <label className="field">
        <span>Status</span>
        <select
          value={filter.status}
          onChange={({ target }) =>
            onChange({ ...filter, status: isStatus(target.value) ? target.value : '' })
          }
        >
          <option value="">all ({states.length})</option>
          {WORKFLOW_STATUSES.map((status) => (
            <option key={status} value={status}>
              {status} ({counts.get(status)})
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Project</span>
        <select
          value={filter.project}
          onChange={({ target }) => onChange({ ...filter, project: target.value })}
        >
          <option value="">all</option>
          {projects.map((project) => (
            <option key={project} value={project}>
              {project}
            </option>
          ))}
        </select>
      </label>
    </search>
  );
}
