/** An element as it stands in a page. */
export interface PageElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Markup between its tags; '' for those that have no end. */
  readonly inner: string;
}

const VOID = new Set(['br', 'img', 'input', 'meta']);

/**
 * Reads a page as strictly as it is written: every element closed and nested, every attribute quoted, no attribute
 * twice, no bare `<` in text. `style` and `script` hold text.
 *
 * @returns elements in the order of their starts. @throws {SyntaxError} with what stands there, if the page is not so.
 */
export function walkPage(page: string): PageElement[] {
  const elements: { tag: string; attributes: Map<string, string>; inner: string; from: number }[] = [];
  const open: number[] = [];
  const tag = /<(?:!doctype html|(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*(\/?))>/g;
  let at = 0;
  for (let found = tag.exec(page); found !== null; found = tag.exec(page)) {
    const [text, end, name = '', attributes = '', closed] = found;
    if (page.slice(at, found.index).includes('<')) fail(page, at);
    at = tag.lastIndex;
    if (text.startsWith('<!')) continue;
    if (end === '/') {
      const element = elements[open.pop() ?? -1];
      if (element?.tag !== name) fail(page, found.index);
      element.inner = page.slice(element.from, found.index);
      continue;
    }
    elements.push({ tag: name, attributes: attributesOf(attributes), inner: '', from: at });
    if (VOID.has(name) || closed === '/') continue;
    open.push(elements.length - 1);
    if (name === 'script' || name === 'style') {
      at = page.indexOf(`</${name}>`, at);
      tag.lastIndex = at;
    }
  }
  if (open.length > 0 || page.slice(at).includes('<')) fail(page, at);
  return elements;
}

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) {
    if (attributes.has(name)) throw new SyntaxError(`attribute ${name} stands twice in ${text}`);
    attributes.set(name, value);
  }
  return attributes;
}

function fail(page: string, at: number): never {
  throw new SyntaxError(`the page is broken at ${at}: ${page.slice(at, at + 200)}`);
}

/** Text of markup, with entities resolved. */
export function textOf(markup: string): string {
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
  return markup
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => names[name] as string);
}
