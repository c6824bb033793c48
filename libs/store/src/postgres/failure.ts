import { type ErrorClass, TammaError, toError } from '@tamma/domain';
import { DatabaseError } from 'pg';

/** Where the database is, fit for a message: never the password. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'ENOENT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** SQLSTATE: connection trouble, no connection free, and a server that stops, starts or crashed. */
const NETWORK_STATES = /^(08\w{3}|53300|57P0[1235]|25P03)$/;
const AUTHENTICATION_STATES = /^28/;
/** Disk or memory is full. */
const RESOURCE_STATES = /^53/;
const NO_SUCH_DATABASE = '3D000';
/** The value itself cannot be stored: wrong for its type, against a rule, or too large. */
const DATA_STATES = /^(22|23|54)/;
/** What `pg` says without a code when a connection broke or could not be had in time. */
const NETWORK_MESSAGES = /connection terminated|timeout exceeded|timeout expired|not queryable/i;

/** Whether PostgreSQL refused what we wanted to store, as opposed to being in trouble itself. */
export function isDataError(thrown: unknown): boolean {
  return DATA_STATES.test(codeOf(thrown));
}

/** What went wrong with the database, in our words; an error that is not of the database stays as it is. */
export function describeFailure(thrown: unknown, address: DatabaseAddress): Error {
  const error = toError(thrown);
  if (error instanceof TammaError) return error;
  const code = codeOf(error);
  const place = `PostgreSQL at ${address.host}:${address.port}`;
  if (isNetworkTrouble(error, code)) {
    const reason = error.message === '' ? code : error.message;
    return new TammaError('DATABASE_UNREACHABLE', `${place} does not answer: ${reason}`, {
      class: 'network',
      remedy: 'Check that PostgreSQL runs there, and DATABASE_URL.',
      cause: error,
    });
  }
  if (AUTHENTICATION_STATES.test(code)) {
    return new TammaError('DATABASE_REFUSED', `${place} refused the login: ${error.message}`, {
      class: 'authentication',
      remedy: 'Check the user and the password in DATABASE_URL.',
      cause: error,
    });
  }
  if (code === NO_SUCH_DATABASE) {
    return new TammaError('DATABASE_MISSING', `${place} has no database "${address.database}"`, {
      class: 'validation',
      remedy: 'Create the database, or name another one in DATABASE_URL.',
      cause: error,
    });
  }
  if (!(error instanceof DatabaseError)) return error;
  return new TammaError('DATABASE_FAILED', `${place} refused a statement: ${error.message}`, {
    class: classOf(code),
    cause: error,
  });
}

/** The same object, whose methods say in our words what went wrong. */
export function explainFailures<Api extends object>(api: Api, address: DatabaseAddress): Api {
  return new Proxy(api, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        try {
          return await Reflect.apply(member, target, args);
        } catch (error) {
          throw describeFailure(error, address);
        }
      };
    },
  });
}

function isNetworkTrouble(error: Error, code: string): boolean {
  if (code === '') return NETWORK_MESSAGES.test(error.message);
  return NETWORK_CODES.has(code) || NETWORK_STATES.test(code);
}

function classOf(code: string): ErrorClass {
  if (RESOURCE_STATES.test(code)) return 'system';
  return DATA_STATES.test(code) ? 'validation' : 'unknown';
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error) || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}
