/** Characters of a name that are kept; a file system may take 255 bytes of up to four a character. */
const LONGEST = 48;

/** Names that Windows keeps for devices, also with an ending. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/**
 * A name for a file or folder that is the same on every system: letters, digits, `.`, `_` and `-`, beginning with a letter or
 * a digit and not ending with a dot; none of Windows' names for devices. Other characters become `-`.
 *
 * @returns `''` if nothing is left.
 */
export function safeName(text: string): string {
  const kept = text.normalize('NFC').replace(/[^\p{L}\p{N}._-]+/gu, '-');
  const inside = [...kept.replace(/^[._-]+/, '')]
    .slice(0, LONGEST)
    .join('')
    .replace(/[._-]+$/, '');
  const stem = inside.split('.', 1)[0] as string;
  return RESERVED.test(stem) ? `${stem}-${inside.slice(stem.length)}` : inside;
}

/** Gives each name once, whatever its case: those that come later get a number. Names are of one folder. */
export function createNames(): (stem: string, ending: string) => string {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  const key = (name: string) => name.normalize('NFC').toLowerCase();
  return (stem, ending) => {
    let name = stem + ending;
    let count = counts.get(key(name)) ?? 1;
    const first = key(name);
    while (taken.has(key(name))) {
      count += 1;
      name = `${stem}_${count}${ending}`;
    }
    counts.set(first, count);
    taken.add(key(name));
    return name;
  };
}
