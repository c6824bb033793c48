import { commandGate } from '../gate/command-gate.ts';

export const buildGate = commandGate('build');
