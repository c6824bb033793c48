import { resolve } from 'node:path';

/** Where Node.js, OpenSSL, git, Python and curl look for authorities beside the system's, such as a company's own. */
const NAMES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
];

/** Those of them that are set, as absolute paths: commands run in another folder. They are public, and no secrets. */
export function certificatesOf(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Readonly<Record<string, string>> {
  const found = NAMES.flatMap((name) => {
    const place = environment[name];
    return place === undefined || place === '' ? [] : [[name, resolve(folder, place)] as const];
  });
  return Object.fromEntries(found);
}
