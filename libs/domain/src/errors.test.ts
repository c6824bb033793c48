import { expect } from 'chai';
import { reportError, TammaError, toError } from './errors.ts';

describe('TammaError', () => {
  it('carries code, class, remedy, patience and cause', () => {
    const cause = new Error('below');
    const options = { class: 'network', remedy: 'try later', retryAfterMs: 5, cause } as const;
    const error = new TammaError('SERVER_AWAY', 'the server is away', options);
    expect(error).to.be.instanceOf(Error);
    expect(error).to.include({ name: 'TammaError', code: 'SERVER_AWAY', class: 'network' });
    expect(error).to.include({ message: 'the server is away', remedy: 'try later', retryAfterMs: 5, cause });
  });

  it('is of unknown class, with no remedy and no cause, unless told', () => {
    const error = new TammaError('ODD', 'odd');
    expect(error).to.include({ class: 'unknown', remedy: undefined, retryAfterMs: undefined });
    expect(Object.hasOwn(error, 'cause')).to.equal(false);
  });
});

describe('toError', () => {
  it('gives back an error as it is', () => {
    const error = new RangeError('far');
    expect(toError(error)).to.equal(error);
  });

  it('makes an error of anything else', () => {
    expect(toError('plain').message).to.equal('plain');
    expect(toError(undefined).message).to.equal('undefined');
    expect(toError(null).message).to.equal('null');
    expect(toError(Symbol('s')).message).to.equal('Symbol(s)');
  });

  it('does not fail itself over an object that has no text', () => {
    expect(toError(Object.create(null)).message).to.equal('something of type object was thrown');
    const trap = {
      toString: () => {
        throw new Error('trap');
      },
    };
    expect(toError(trap).message).to.equal('something of type object was thrown');
  });
});

describe('report of an error', () => {
  it('keeps code, class, message and remedy of our own, and nothing else', () => {
    const error = new TammaError('BAD_FILE', 'bad file', {
      class: 'validation',
      remedy: 'mend it',
      cause: new Error('secret'),
    });
    expect(reportError(error)).to.deep.equal({
      code: 'BAD_FILE',
      class: 'validation',
      message: 'bad file',
      remedy: 'mend it',
    });
    expect(reportError(new TammaError('ODD', 'odd'))).to.deep.equal({
      code: 'ODD',
      class: 'unknown',
      message: 'odd',
    });
  });

  it('classes what the system says by its code', () => {
    const report = (code: unknown) => reportError(Object.assign(new Error('no'), { code }));
    expect(report('ECONNREFUSED')).to.deep.equal({ code: 'ECONNREFUSED', class: 'network', message: 'no' });
    expect(report('ENOSPC')).to.deep.equal({ code: 'ENOSPC', class: 'system', message: 'no' });
    expect(report('EODD')).to.deep.equal({ code: 'EODD', class: 'unknown', message: 'no' });
    expect(report(42)).to.deep.equal({ code: 'UNEXPECTED', class: 'unknown', message: 'no' });
    expect(reportError('thrown text')).to.deep.equal({
      code: 'UNEXPECTED',
      class: 'unknown',
      message: 'thrown text',
    });
  });

  it('looks for the code of the system below what a client made of it, such as "fetch failed"', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const failed = new TypeError('fetch failed', { cause: refused });
    expect(reportError(failed)).to.deep.equal({
      code: 'ECONNREFUSED',
      class: 'network',
      message: 'fetch failed',
    });
    const full = Object.assign(new Error('disk full'), { code: 'ENOSPC' });
    expect(reportError(new Error('not written', { cause: full })).class).to.equal('system');
    const ours = new TammaError('NOT_FOUND', 'there is none', { class: 'validation' });
    expect(reportError(new Error('around it', { cause: ours })).code).to.equal('UNEXPECTED');
    const endless = new Error('endless');
    endless.cause = endless;
    expect(reportError(endless)).to.include({ code: 'UNEXPECTED', class: 'unknown', message: 'endless' });
  });

  it('counts a time that ran out on the way to a service as trouble of the network', () => {
    const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    expect(reportError(timeout)).to.include({ code: 'ETIMEDOUT', class: 'network' });
    for (const code of ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_SOCKET']) {
      const cause = Object.assign(new Error('late'), { code });
      expect(reportError(new TypeError('fetch failed', { cause }))).to.include({ code, class: 'network' });
    }
  });

  it('cuts a long message and never leaves an empty one', () => {
    expect(reportError(new Error('x'.repeat(5000))).message).to.equal('x'.repeat(2000));
    expect(reportError(new RangeError('')).message).to.equal('RangeError');
  });
});
