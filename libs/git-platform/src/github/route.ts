/**
 * The route of a call as its documentation names it, so that metrics have few of them. Octokit's own template where it
 * gave one; pages after the first come as plain addresses, whose variable parts are taken out here.
 */
export function routeOf(url: string): string {
  if (url.includes('{') || url.startsWith('/')) return url.split('?')[0] ?? url;
  const path = URL.parse(url)?.pathname ?? '/';
  return path
    .replace(/^\/api(?:\/v3)?(?=\/)/, '')
    .replace(/^\/(?:repos\/[^/]+\/[^/]+|repositories\/\d+)/, '/repos/{owner}/{repo}')
    .replaceAll(/\/(?:\d+|[0-9a-f]{40})(?=\/|$)/g, '/{id}');
}
