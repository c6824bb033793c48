import { expect } from 'chai';
import { addPiece, STREAM_LENGTH_MAX, STREAMS_MAX, type Streams } from './streams.ts';

const piece = (taskId: string, chunk: string) => ({ taskId, step: 'plan-generation', chunk });

describe('streamed text', () => {
  it('is put together task by task, the one that speaks last', () => {
    const streams = [piece('a', 'one '), piece('b', 'x'), piece('a', 'two')].reduce<Streams>(addPiece, []);
    expect(streams.map(({ taskId, text }) => [taskId, text])).to.deep.equal([
      ['b', 'x'],
      ['a', 'one two'],
    ]);
  });

  it('keeps the end of what is long, and the latest of what is many', () => {
    const long = addPiece(addPiece([], piece('a', 'x'.repeat(STREAM_LENGTH_MAX))), piece('a', 'end'));
    expect(long[0]?.text).to.have.length(STREAM_LENGTH_MAX).and.match(/end$/);
    const tasks = Array.from({ length: STREAMS_MAX + 3 }, (_, index) => piece(`t${index}`, 'x'));
    const many = tasks.reduce<Streams>(addPiece, []);
    expect(many).to.have.length(STREAMS_MAX);
    expect(many.at(-1)?.taskId).to.equal(`t${STREAMS_MAX + 2}`);
  });
});
