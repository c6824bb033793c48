import { delimiter } from 'node:path';

/** Variables that say where certificates of authorities are, each with the absolute paths it names. */
export type Certificates = Readonly<Record<string, readonly string[]>>;

/** As an environment has them: OpenSSL reads a list of folders as PATH is read. */
export function variablesOf(certificates: Certificates): Record<string, string> {
  return Object.fromEntries(
    Object.entries(certificates).map(([variable, paths]) => [variable, paths.join(delimiter)]),
  );
}

export function onlyThese(certificates: Certificates, variables: readonly string[]): Certificates {
  return Object.fromEntries(
    Object.entries(certificates).filter(([variable]) => variables.includes(variable)),
  );
}
