/**
 * Characters that would steer a terminal, move the cursor or reorder the text around them: control characters
 * (C0, DEL, C1), line and paragraph separators, bidirectional marks and overrides, the byte order mark.
 */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Makes text from outside, such as a file name, safe to print on one line: `a\x1b[2Jb` shows as `a\x1b[2Jb`. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => SHORT[character] ?? formatCode(character.charCodeAt(0)));
}

/** The same for a message of several lines; line feeds stay. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n');
}

/** Texts made safe, a line each. */
export function formatLines(texts: readonly string[]): string {
  return texts.map((text) => `${escapeText(text)}\n`).join('');
}

/** A value as JSON on one line, which a terminal can show: what would steer it is written as `\\u009b`. */
export function formatJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function formatCode(code: number): string {
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
