import { expect } from 'chai';
import { isThisMachine } from './this-machine.ts';

describe('an address of this machine', () => {
  it('is told from those of others, however it is written', () => {
    for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.1', '127.8.9.1', '[::1]', '0x7f000001']) {
      expect(isThisMachine(`http://${host}:11434/v1`), host).to.equal(true);
    }
    for (const host of ['127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1', '[::2]', '128.0.0.1']) {
      expect(isThisMachine(`http://${host}:11434/v1`), host).to.equal(false);
    }
    for (const odd of ['', 'localhost', '127.0.0.1']) expect(isThisMachine(odd), odd).to.equal(false);
  });
});
