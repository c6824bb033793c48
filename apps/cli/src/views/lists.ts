import type { QueueView, RelayedEvent, TaskView, WorkerView } from '@tamma/contracts';
import type { List } from '../api/api.ts';
import { formatAgo } from '../terminal/moment.ts';
import type { Look, View } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { eventLine } from './event.ts';
import { colorOf, tookOf } from './words.ts';

export const showWorkers: View<List<WorkerView>> = ({ items, next }, look) => {
  if (items.length === 0) return ['No worker is here: nothing can run. "npm start" starts two.'];
  return [...renderTable(items, workerColumns(look), look.columns), ...more(next)];
};

function workerColumns({ paint, nowMs }: Look): Column<WorkerView>[] {
  return [
    { title: 'WORKER', text: (worker) => worker.id, fit: 'whole' },
    {
      title: 'STATUS',
      text: (worker) => worker.status,
      paint: (text, worker) => paint(worker.status === 'online' ? 'green' : 'red', text),
      fit: 'whole',
    },
    { title: 'LOAD', text: (worker) => `${worker.running} of ${worker.slots}`, fit: 'whole' },
    { title: 'SANDBOX', text: (worker) => worker.sandbox, fit: 'cut' },
    { title: 'SEEN', text: (worker) => formatAgo(worker.seenAt, nowMs), fit: 'whole' },
    { title: 'CAPABILITIES', text: (worker) => worker.capabilities.join(', '), fit: 'cut' },
  ];
}

export const showQueues: View<List<QueueView>> = ({ items }, look) => [
  ...renderTable(items, queueColumns(look), look.columns),
];

function queueColumns({ paint }: Look): Column<QueueView>[] {
  const count = (title: string, of: (queue: QueueView) => number): Column<QueueView> => ({
    title,
    text: (queue) => String(of(queue)),
    fit: 'whole',
  });
  return [
    { title: 'QUEUE', text: ({ queue }) => queue, fit: 'whole' },
    count('WAITING', ({ waiting }) => waiting),
    count('ACTIVE', ({ active }) => active),
    count('DELAYED', ({ delayed }) => delayed),
    count('FAILED', ({ failed }) => failed),
    {
      title: 'PAUSED',
      text: ({ paused }) => (paused === null ? '' : `by ${paused.by}: ${paused.why}`),
      paint: (text) => paint('yellow', text),
      fit: 'cut',
    },
  ];
}

export const showTasks: View<List<TaskView>> = ({ items, next }, look) => {
  if (items.length === 0) return ['No tasks.'];
  return [...renderTable(items, taskColumns(look), look.columns), ...more(next)];
};

function taskColumns({ paint, nowMs }: Look): Column<TaskView>[] {
  return [
    { title: 'TASK', text: (task) => task.id, fit: 'whole' },
    { title: 'BY', text: (task) => task.capability, fit: 'whole' },
    {
      title: 'STATUS',
      text: (task) => task.status,
      paint: (text, task) => paint(colorOf(task.status), text),
      fit: 'whole',
    },
    { title: 'TRIES', text: (task) => (task.attempts === 0 ? '' : String(task.attempts)), fit: 'whole' },
    { title: 'TOOK', text: (task) => tookOf(task, nowMs), fit: 'whole' },
    { title: 'ERROR', text: (task) => task.error?.message ?? '', fit: 'cut' },
  ];
}

export const showEvents: View<List<RelayedEvent>> = ({ items }, look) =>
  items.length === 0 ? ['No events.'] : items.map((relayed) => eventLine(relayed, look));

export function more(next: string | null): string[] {
  return next === null ? [] : ['There are more: ask for them with --limit.'];
}
