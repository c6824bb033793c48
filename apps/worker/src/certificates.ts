import { delimiter, resolve } from 'node:path';

/** Where Node.js, OpenSSL, git, Python and curl look for authorities beside the system's, such as a company's own. */
const NAMES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
];
/** OpenSSL's own form names several folders, as PATH does. */
const LISTS = new Set(['SSL_CERT_DIR']);

/** What those of them that are set name, as absolute paths: commands run in another folder. They are public, and no secrets. */
export function certificatesOf(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Readonly<Record<string, readonly string[]>> {
  const found = NAMES.flatMap((name) => {
    const value = environment[name] ?? '';
    // An empty part would stand for the folder itself.
    const places = (LISTS.has(name) ? value.split(delimiter) : [value]).filter((place) => place !== '');
    return places.length === 0 ? [] : [[name, places.map((place) => resolve(folder, place))] as const];
  });
  return Object.fromEntries(found);
}
