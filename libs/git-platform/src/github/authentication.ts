/** How we prove to GitHub who we are. */
export type GitHubAuthentication =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      /** PEM. */
      readonly privateKey: string;
      /** Null: it is looked up for each repository. */
      readonly installationId: number | null;
    };

/** What one bearer has; renewed before it lapses. */
export interface TokenSource {
  /** Names whose token it is, without showing it: limits and remembered answers are kept apart by it. */
  readonly scope: string;
  read(): Promise<string>;
  /** Another token in place of one that GitHub refused; null when there is none to be had. */
  renew(refused: string): Promise<string | null>;
  /** What its token may do; null where that is told nowhere. */
  grants(): Promise<Readonly<Record<string, string>> | null>;
}
