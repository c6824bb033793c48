import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { onlyGet } from './only-get.ts';

export const DOCS_PATH = '/api/docs';
const VIEWER = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
/** What the page needs of the viewer; the rest of its package stays where it is. */
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tamma API</title>
<link rel="stylesheet" href="${DOCS_PATH}/swagger-ui.css">
<link rel="icon" type="image/png" href="${DOCS_PATH}/favicon-32x32.png">
</head>
<body>
<div id="viewer"></div>
<script src="${DOCS_PATH}/swagger-ui-bundle.js"></script>
<script src="${DOCS_PATH}/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#viewer',
  deepLinking: true,
  validatorUrl: null,
});
`;

/** A page that shows the API's document, with files from here only. */
export function docsRoutes(): Router {
  const router = Router();
  router.use(onlyGet);
  router.get('/', (_request, response) => void response.type('html').send(PAGE));
  router.get('/start.js', (_request, response) => void response.type('js').send(START));
  for (const file of FILES) {
    router.get(`/${file}`, (_request, response) => response.sendFile(file, { root: VIEWER }));
  }
  return router;
}
