import type { Config } from '@tamma/contracts';
import { type Logger as Pino, pino } from 'pino';
import { maskFields, maskText } from './mask.ts';

export type LogLevel = Config['logging']['level'];
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Fields first, then a message that never changes. Error: our bug. Warn: look later. Info: the user's world.
 * Secrets are masked in both, whatever the caller hands over; an error goes into the field `error`.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** The process: `orchestrator`, `worker`. */
  readonly name: string;
  readonly level: LogLevel;
  /** One line of JSON per call; standard output when left out. */
  readonly destination?: { write(line: string): void };
}

export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return wrap(destination === undefined ? pino(options) : pino(options, destination));
}

function wrap(inner: Pino): Logger {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields, message: string) => {
    if (inner.isLevelEnabled(level)) inner[level](maskFields(fields), maskText(message));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(inner.child(maskFields(fields))),
  };
}
