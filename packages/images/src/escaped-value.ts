/**
 * What a table may not hold as it is: control characters, line and paragraph separators, marks that turn the direction of
 * reading, halves of characters; and at its start, or behind the semicolon that parts values in some countries, what makes
 * a spreadsheet take it for a formula, in narrow or full width.
 */
const HARMFUL =
  /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]|(?:^|;)\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** What `JSON.stringify` leaves as it is. */
const LEFT = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Makes text harmless that a spreadsheet would run, or that would steer the terminal which shows it: it becomes a string of
 * JSON, with its quotes. Other text stays as it is, except such a string: it becomes one once more.
 *
 * `=1+1.png` becomes `"=1+1.png"`; a line feed becomes `\n` between quotes; `a-b.png` stays.
 */
export function escapeValue(text: string): string {
  return HARMFUL.test(text) || restoreValue(text) !== text
    ? quoteText(text).replaceAll(';', formatCode)
    : text;
}

/** Gives back what {@link escapeValue} was given. Text that it cannot have made stays as it is, also with quotes. */
export function restoreValue(text: string): string {
  if (!text.startsWith('"') || text.length < 2) return text;
  let restored: unknown;
  try {
    restored = JSON.parse(text);
  } catch {
    return text;
  }
  return typeof restored === 'string' && escapeValue(restored) === text ? restored : text;
}

/** Text as a string of JSON, its quotes included, in which nothing steers a terminal. */
export function quoteText(text: string): string {
  return JSON.stringify(text).replace(LEFT, formatCode);
}

function formatCode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
