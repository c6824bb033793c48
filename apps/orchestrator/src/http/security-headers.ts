import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Scripts, styles and connections come from here and nowhere else; images may be written into a page. */
const OWN = {
  'default-src': ["'self'"],
  'base-uri': ["'self'"],
  'font-src': ["'self'", 'data:'],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'script-src': ["'self'"],
  'script-src-attr': ["'none'"],
  'style-src': ["'self'"],
};

/** No `upgrade-insecure-requests`: we speak plain HTTP, and whoever puts TLS before us has pages that stay with it. */
export const securityHeaders: RequestHandler = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: OWN },
});

/** For pages that others wrote, whose styles are partly in the page. */
export const relaxedStyles: RequestHandler = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: { ...OWN, 'style-src': ["'self'", "'unsafe-inline'"] },
});
