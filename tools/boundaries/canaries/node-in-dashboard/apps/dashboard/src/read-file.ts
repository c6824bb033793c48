import { readFile } from 'node:fs/promises';

export const readSettings = () => readFile('settings.json');
