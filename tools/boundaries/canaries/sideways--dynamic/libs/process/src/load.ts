export const load = (): Promise<unknown> => import('../../telemetry/src/logger.ts');
