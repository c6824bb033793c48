import { Counter } from 'prom-client';

export const counter = Counter;
