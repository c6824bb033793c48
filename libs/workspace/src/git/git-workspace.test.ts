import { workspaceContract } from '../contract.ts';
import { gitWorld } from './testing/world.ts';

const path = process.env.PATH ?? '';

workspaceContract('git without a sandbox', () => gitWorld({ path, sandbox: 'none' }));
workspaceContract('git with the sandbox there is', () => gitWorld({ path, sandbox: 'auto' }));
