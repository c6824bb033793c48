import { TammaError } from '@tamma/domain';

/** The marker goes last, and only the last line counts: a marker quoted inside the text is somebody else's words. */
export function markedText(marker: string, body: string): string {
  return `${body.trimEnd()}\n\n${markerLine(marker)}`;
}

export function isMarkedWith(marker: string, text: string): boolean {
  return text.trimEnd().split('\n').at(-1) === markerLine(marker);
}

function markerLine(marker: string): string {
  if (marker.trim() === '' || /[\r\n]|-->/.test(marker)) {
    throw new TammaError('COMMENT_MARKER_INVALID', `"${marker}" cannot mark a comment`, {
      class: 'validation',
      remedy: 'Use one line of text without "-->".',
    });
  }
  return `<!-- ${marker} -->`;
}
