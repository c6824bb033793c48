import { errorOf } from './errors.ts';

/**
 * Makes calls of the API and turns what they throw into TammaErrors; `what` completes "GitHub did not …", such as
 * "list the open issues of acme/till". A TammaError that is thrown inside stays as it is.
 */
export async function askGitHub<Value>(what: string, make: () => Promise<Value>): Promise<Value> {
  try {
    return await make();
  } catch (thrown) {
    throw errorOf(what, thrown);
  }
}
