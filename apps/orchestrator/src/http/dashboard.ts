import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Request, type RequestHandler, Router } from 'express';

const ASSET_AGE_S = 365 * 24 * 3600;
/** What answers by itself, and never with the page. */
const NOT_THE_PAGE = /^\/(api|admin|health|metrics|socket\.io|assets)(\/|$)/;

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Tamma</title>
<h1>The dashboard is not built</h1>
<p><code>npm run build</code> builds it. Meanwhile: <a href="/api/docs">the API</a>, <a href="/admin/queues">the queues</a>.</p>
</html>
`;

/** The dashboard's files, and its page for every address that only the page itself understands. */
export function dashboardRoutes(folder: string): Router {
  const router = Router();
  const index = join(folder, 'index.html');
  // The names of assets hold a hash of their content: what they name never changes.
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), {
      immutable: true,
      maxAge: ASSET_AGE_S * 1000,
      index: false,
      redirect: false,
    }),
  );
  router.use(express.static(folder, { index: false, redirect: false, maxAge: 0 }));
  router.use(showPage(index));
  return router;
}

/** The page itself is for everybody; elsewhere who does not say what they want gets the error as data. */
function wantsPage(request: Request): boolean {
  const kinds = request.path === '/' ? ['html', 'json'] : ['json', 'html'];
  return request.accepts(kinds) === 'html';
}

function showPage(index: string): RequestHandler {
  return (request, response, next) => {
    const isPage = request.method === 'GET' || request.method === 'HEAD';
    if (!isPage || NOT_THE_PAGE.test(request.path) || !wantsPage(request)) return next();
    if (!existsSync(index)) return void response.status(404).type('html').send(NOT_BUILT);
    response.set('Cache-Control', 'no-cache');
    response.sendFile(index, { cacheControl: false }, (error: unknown) => {
      if (error !== undefined) next(error);
    });
  };
}
