import { formatMoment } from '../format/time.ts';

const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** A detail of a health check for people, with moments as they read them. */
export function wordsOfDetail(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOfDetail).join(', ');
  return typeof value === 'string' ? value.replace(MOMENT, (at) => formatMoment(at)) : JSON.stringify(value);
}
