import { expect } from 'chai';
import { routeOf } from './route.ts';

describe('route of a call', () => {
  it("is Octokit's template where it has one", () => {
    expect(routeOf('/repos/{owner}/{repo}/issues')).to.equal('/repos/{owner}/{repo}/issues');
    expect(routeOf('/user')).to.equal('/user');
  });

  it('holds no value of the address of a next page', () => {
    const sha = 'a'.repeat(40);
    const routes = [
      'https://api.github.com/repositories/1296/issues?page=2',
      'https://ghes.example/api/v3/repos/acme/till/issues/7/comments?page=2',
      `https://api.github.com/repos/acme/till/commits/${sha}/check-runs?page=3`,
    ].map(routeOf);
    expect(routes).to.deep.equal([
      '/repos/{owner}/{repo}/issues',
      '/repos/{owner}/{repo}/issues/{id}/comments',
      '/repos/{owner}/{repo}/commits/{id}/check-runs',
    ]);
  });
});
