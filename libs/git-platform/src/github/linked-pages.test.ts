import { expect } from 'chai';
import { createGitHubConnection } from './connection.ts';
import { linkedPages } from './linked-pages.ts';
import { answer, apiServer } from './testing/api-server.ts';

describe('a list on GitHub', () => {
  it('shows what came to its next page, though its first one did not change', async () => {
    const items = Array.from({ length: 100 }, (_, index) => index);
    await using server = await apiServer((call, response) => {
      if (/[?&]page=2/.test(call.path)) return answer(response, { json: items.slice(100) });
      if (call.headers['if-none-match'] === '"first"') return answer(response, { status: 304 });
      return answer(response, { headers: { etag: '"first"' }, json: items.slice(0, 100) });
    });
    const client = createGitHubConnection({
      apiUrl: server.url,
      serverUrl: server.url,
      authentication: { kind: 'token', token: 'ghp_hunter2' },
    }).clientOf({ repository: 'acme/till', account: 'shipbot' });
    const readFirst = () =>
      client.octokit.issues.listComments({ owner: 'acme', repo: 'till', issue_number: 7, per_page: 100 });
    const read = async () => {
      const found: unknown[] = [];
      for await (const page of linkedPages(client, { what: 'list it', pagesMax: 5, readFirst }))
        found.push(...page);
      return found;
    };
    expect(await read()).to.deep.equal(items);
    items.push(100);
    expect(await read()).to.deep.equal(items);
  });
});
