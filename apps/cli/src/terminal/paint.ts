import { styleText } from 'node:util';

export type Color = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
/** The text in that color where colors are wanted, else the text. */
export type Paint = (color: Color, text: string) => string;

export const withColors: Paint = (color, text) => styleText(color, text, { validateStream: false });
export const withoutColors: Paint = (_color, text) => text;
