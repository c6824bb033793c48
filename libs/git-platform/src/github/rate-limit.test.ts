import { expect } from 'chai';
import { rateLimitOf, reachedLimitOf } from './rate-limit.ts';

const NOW_MS = 1_700_000_000_000;

function reached(status: number, headers: Record<string, string>, message = '') {
  return reachedLimitOf({ status, headers: new Headers(headers), message, nowMs: NOW_MS });
}

describe('limits in an answer of GitHub', () => {
  it('are read, and null where they are not told or make no sense', () => {
    const headers = {
      'x-ratelimit-remaining': '3',
      'x-ratelimit-limit': 'many',
      'x-ratelimit-resource': 'search',
    };
    expect(rateLimitOf(new Headers(headers))).to.deep.equal({
      resource: 'search',
      remaining: 3,
      limit: null,
      resetAtMs: null,
    });
  });

  it('are reached when the quota is used up, until it is filled again by their clock', () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700000600' };
    expect(reached(403, headers)).to.deep.equal({ kind: 'primary', retryAfterMs: 601_000 });
    const wrongClock = { ...headers, date: new Date(NOW_MS + 590_000).toUTCString() };
    expect(reached(429, wrongClock)).to.deep.equal({ kind: 'primary', retryAfterMs: 11_000 });
    const past = { ...headers, 'x-ratelimit-reset': '1600000000' };
    expect(reached(403, past)).to.deep.equal({ kind: 'primary', retryAfterMs: 1000 });
  });

  it('are reached when it was asked too much at once, with or without a time', () => {
    expect(reached(403, { 'retry-after': '7' })).to.deep.equal({ kind: 'secondary', retryAfterMs: 7000 });
    expect(reached(403, {}, 'You have exceeded a secondary rate limit')).to.deep.equal({
      kind: 'secondary',
      retryAfterMs: 60_000,
    });
    expect(reached(403, {}, 'abuse detection mechanism')).to.include({ kind: 'secondary' });
    expect(reached(429, {})).to.deep.equal({ kind: 'secondary', retryAfterMs: 60_000 });
  });

  it('are never believed to last longer than an hour', () => {
    const hour = 3_600_000;
    expect(reached(429, { 'retry-after': '999999999999' })).to.include({ retryAfterMs: hour });
    const far = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '999999999999' };
    expect(reached(403, far)).to.include({ retryAfterMs: hour + 1000 });
    const lost = { ...far, 'x-ratelimit-reset': '1700000600', date: 'Thu, 01 Jan 1970 00:00:00 GMT' };
    expect(reached(403, lost)).to.include({ retryAfterMs: hour + 1000 });
  });

  it('are not reached by a permission that is missing, or by any other answer', () => {
    expect(reached(403, { 'x-ratelimit-remaining': '4000' }, 'Resource not accessible')).to.equal(null);
    expect(reached(503, { 'retry-after': '7' })).to.equal(null);
    expect(reached(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700000600' })).to.equal(null);
  });
});
