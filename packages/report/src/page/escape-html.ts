/**
 * Characters that would be lost in a page or reorder the text around them: control characters besides tab and line feed,
 * separators, bidirectional marks and overrides, the byte order mark, halves of a pair.
 */
const UNSAFE = /[^\P{Cc}\t\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]/gu;

const MARKUP: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Makes text from outside, such as a path, safe in an element or in a quoted attribute.
 *
 * What would not be seen, or would reorder what is beside it, is written out: a right-to-left override becomes `\u{202e}`.
 */
export function escapeHtml(text: string): string {
  return showHidden(text).replace(/[&<>"']/g, (character) => MARKUP[character] as string);
}

/** Writes out what would not be seen, or would reorder what is beside it; markup stays. */
export function showHidden(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
