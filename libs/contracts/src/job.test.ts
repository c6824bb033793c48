import { expect } from 'chai';
import { taskPayloadSchema } from './job.ts';

const PAYLOAD = { workflowId: 'demo-1.r1', taskId: 'demo-1.r1.plan', stepId: 'plan', round: 0 };

function pathsOf(value: unknown): string[] {
  return taskPayloadSchema.safeParse(value).error?.issues.map((issue) => issue.path.join('.')) ?? [];
}

describe('the payload of a task', () => {
  it('holds names and the round, unchanged', () => {
    expect(taskPayloadSchema.parse(JSON.parse(JSON.stringify(PAYLOAD)))).to.deep.equal(PAYLOAD);
  });

  it('holds nothing else', () => {
    const parsed = taskPayloadSchema.safeParse({ ...PAYLOAD, token: 'x' });
    expect(parsed.error?.issues[0]).to.deep.include({ code: 'unrecognized_keys', keys: ['token'] });
  });

  for (const name of ['workflowId', 'taskId', 'stepId']) {
    it(`is refused with a ${name} that is missing, empty or no text`, () => {
      for (const value of [undefined, '', 7])
        expect(pathsOf({ ...PAYLOAD, [name]: value })).to.deep.equal([name]);
    });
  }

  it('counts rounds from zero', () => {
    expect(pathsOf({ ...PAYLOAD, round: 3 })).to.deep.equal([]);
    for (const round of [-1, 0.5, '0', undefined, null]) {
      expect(pathsOf({ ...PAYLOAD, round })).to.deep.equal(['round']);
    }
  });

  it('is refused when it is no object', () => {
    for (const rubbish of [undefined, null, 'text', 7]) expect(pathsOf(rubbish)).to.deep.equal(['']);
  });
});
