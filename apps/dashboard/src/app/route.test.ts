import { expect } from 'chai';
import { addressOf, parseRoute, type Route } from './route.ts';

describe('addresses', () => {
  it('lead to their screens and back', () => {
    const routes: Route[] = [
      { screen: 'workflows' },
      { screen: 'inbox' },
      { screen: 'workers' },
      { screen: 'models' },
      { screen: 'workflow', id: 'textkit-1.r1', tab: 'live' },
      { screen: 'workflow', id: 'a/b #?%', tab: 'changes' },
    ];
    for (const route of routes) expect(parseRoute(addressOf(route))).to.deep.equal(route);
  });

  it('lead to the list when there is none, and nowhere when they are wrong', () => {
    for (const hash of ['', '#', '#/']) expect(parseRoute(hash)).to.deep.equal({ screen: 'workflows' });
    for (const hash of ['#/moon', '#/workflows', '#/inbox/3', '#javascript:alert(1)']) {
      expect(parseRoute(hash), hash).to.deep.equal({ screen: 'nowhere' });
    }
  });

  it('take a wrong encoding and an unknown tab as they come', () => {
    expect(parseRoute('#/workflows/%zz/moon')).to.deep.equal({ screen: 'workflow', id: '%zz', tab: 'live' });
  });
});
