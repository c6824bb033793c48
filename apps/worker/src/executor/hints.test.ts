import { expect } from 'chai';
import { createHints } from './hints.ts';
import { memoryControl } from './testing/memory-control.ts';

describe('hints about workflows', () => {
  it('reach every attempt of that workflow and no other one, until it is over', async () => {
    const control = memoryControl();
    const hints = createHints(control);
    const heard: string[] = [];
    const listen = (workflowId: string, name: string) => {
      const ear = hints.listen(workflowId);
      ear.onHint(() => heard.push(name));
      return ear;
    };
    const [one, two, other] = [listen('w1', 'one'), listen('w1', 'two'), listen('w2', 'other')];
    await control.announce('w1');
    expect(heard).to.deep.equal(['one', 'two']);
    one[Symbol.dispose]();
    await control.announce('w1');
    two[Symbol.dispose]();
    const [again] = [listen('w1', 'again')];
    two[Symbol.dispose]();
    await control.announce('w1');
    expect(heard).to.deep.equal(['one', 'two', 'two', 'again']);
    again?.[Symbol.dispose]();
    other[Symbol.dispose]();
    hints[Symbol.dispose]();
    await control.announce('w2');
    expect(heard).to.have.lengthOf(4);
  });

  it('are not lost on an attempt that does not look yet', async () => {
    const control = memoryControl();
    const ear = createHints(control).listen('w1');
    await control.announce('w1');
    let looks = 0;
    ear.onHint(() => {
      looks += 1;
    });
    expect(looks).to.equal(1);
  });
});
