import { expect } from 'chai';
import { parseQueueDepths } from './queue-depths.ts';

describe('queue depths', () => {
  it('are read from the metrics, queue by queue', () => {
    const metrics = [
      '# HELP tamma_queue_tasks Tasks in each queue by state',
      'tamma_queue_tasks{queue="code",state="pending"} 3',
      'tamma_queue_tasks{state="running",queue="code"} 1',
      'tamma_queue_tasks{queue="git",state="pending"} 0',
      'tamma_queue_tasks{queue="elsewhere",state="pending"} 9',
      'tamma_workflows{status="running"} 2',
    ].join('\n');
    expect(parseQueueDepths(metrics)).to.deep.equal([
      { queue: 'git', states: { pending: 0 } },
      { queue: 'code', states: { pending: 3, running: 1 } },
    ]);
  });

  it('are none in what is no metrics', () => {
    expect(parseQueueDepths('<html>')).to.deep.equal([]);
    expect(parseQueueDepths('tamma_queue_tasks{} x')).to.deep.equal([]);
  });
});
