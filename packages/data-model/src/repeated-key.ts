/**
 * The first key that an object of a JSON text holds twice, at any depth; null if there is none. `JSON.parse` keeps the last of them and
 * says nothing.
 *
 * @param json a text that `JSON.parse` accepts.
 *
 * Cost: one pass.
 */
export function repeatedKey(json: string): string | null {
  // Keys of each open object; null for an array.
  const open: (Set<string> | null)[] = [];
  for (let i = 0; i < json.length; i++) {
    const letter = json[i]!;
    if (letter === '{') open.push(new Set());
    else if (letter === '[') open.push(null);
    else if (letter === '}' || letter === ']') open.pop();
    else if (letter === '"') {
      const end = stringEnd(json, i);
      const keys = isKey(json, end) ? open.at(-1) : null;
      if (keys) {
        const key: string = JSON.parse(json.slice(i, end));
        if (keys.has(key)) return key;
        keys.add(key);
      }
      i = end - 1;
    }
  }
  return null;
}

/** The place after the string that begins at `start`. */
function stringEnd(json: string, start: number): number {
  let i = start + 1;
  while (json[i] !== '"') i += json[i] === '\\' ? 2 : 1;
  return i + 1;
}

function isKey(json: string, end: number): boolean {
  let i = end;
  while (' \t\r\n'.includes(json[i] ?? '.')) i++;
  return json[i] === ':';
}
