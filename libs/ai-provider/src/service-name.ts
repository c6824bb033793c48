export interface ServicePlace {
  readonly baseUrl: string;
  /** The variable that the key comes from; null or absent: none is named. */
  readonly keyVariable?: string | null | undefined;
}

interface Usual {
  readonly provider: string;
  /** Of the maker of the API. */
  readonly host: string;
  readonly keyVariable: string;
}

/**
 * `anthropic`, `anthropic:<host>` for a gateway or another server, and `anthropic:<host>:<VARIABLE>` for another key: limits go
 * by server and account, so those of one must not park the other. Never the key itself: the name stands in events.
 */
export function serviceNameOf({ baseUrl, keyVariable }: ServicePlace, usual: Usual): string {
  const { host } = new URL(baseUrl);
  const hasOtherKey = keyVariable != null && keyVariable !== usual.keyVariable;
  return [usual.provider, ...(host === usual.host ? [] : [host]), ...(hasOtherKey ? [keyVariable] : [])].join(
    ':',
  );
}
