import type { Request } from 'express';

export type Question = Request;
