#!/usr/bin/env node
import { requireNode } from '../../../tools/require-node.mjs';

requireNode();
await import('../src/main.ts');
