import { commandGate } from '../gate/command-gate.ts';

export const testGate = commandGate('test');
