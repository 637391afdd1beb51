// These run inside the page: each is sent as text, so nothing outside of its body is at hand.

/** What is wrong with the marks that the page gives those who do not see it, a line each. */
export function checkNames(): string[] {
  const problems: string[] = [];
  const say = (what: string, element: Element) =>
    problems.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
  for (const image of document.images) if (!image.alt.trim()) say('an image without alternative text', image);
  for (const drawing of document.querySelectorAll('svg:not([aria-hidden])')) {
    if (!drawing.getAttribute('aria-label')) say('a drawing without a name', drawing);
  }
  for (const field of document.querySelectorAll<HTMLInputElement>('input, select, button')) {
    const name = field.getAttribute('aria-label') ?? field.labels?.[0]?.textContent ?? field.textContent;
    if (!name?.trim()) say('a field without a name', field);
  }
  for (const link of document.links) {
    if (!link.textContent?.trim()) say('a link without text', link);
    if (document.querySelector(link.getAttribute('href') ?? '') === null) say('a link to nowhere', link);
  }
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) say('a heading that skips a level', heading);
    level = own;
  }
  if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
  if (!document.documentElement.lang) problems.push('no language');
  for (const landmark of ['main', 'nav', 'header']) {
    if (document.querySelectorAll(landmark).length !== 1) problems.push(`not one ${landmark}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  if (new Set(ids).size < ids.length) problems.push('an id stands twice');
  return problems;
}

/**
 * Texts whose contrast against what is behind them is too small (WCAG 2.2, criterion 1.4.3: 4.5, or 3 for large ones).
 *
 * @returns how many texts were looked at, and the ones that fail.
 */
export function checkContrast(): { texts: number; problems: string[] } {
  const parse = (color: string) => {
    const [r = 0, g = 0, b = 0, a = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    return { rgb: [r, g, b], a };
  };
  const luminance = (rgb: number[]) =>
    rgb
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, i) => sum + value * ([0.2126, 0.7152, 0.0722][i] as number), 0);
  const backgroundOf = (element: Element | null): number[] => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { rgb, a } = parse(getComputedStyle(at).backgroundColor);
      if (a === 1) return rgb;
    }
    return [255, 255, 255];
  };
  const problems: string[] = [];
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || !node.textContent?.trim() || element.closest('script, style, [hidden]')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const style = getComputedStyle(element);
    if (range.getClientRects().length === 0 || style.visibility === 'hidden') continue;
    texts++;
    const isDrawn = element.closest('svg') !== null;
    const [light, dark] = [parse(isDrawn ? style.fill : style.color).rgb, backgroundOf(element)]
      .map(luminance)
      .sort((a, b) => b - a) as [number, number];
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5))
      problems.push(`${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 60)}`);
  }
  return { texts, problems };
}

/** Marks what the keyboard must reach, each with a number, and returns how many there are. */
export function markReachable(): number {
  const selector = 'a[href], button, input, select, summary, [tabindex="0"]';
  const all = [...document.querySelectorAll<HTMLElement>(selector)].filter(
    // Parts that are closed have a place too, but cannot be seen.
    (element) => element.checkVisibility({ visibilityProperty: true }),
  );
  for (const [i, element] of all.entries()) element.dataset.reach = String(i);
  return all.length;
}

/** The number of what has the focus, whether that is seen, and -1 if it is none of them. */
export function lookAtFocus(): { number: number; isSeen: boolean; what: string } {
  const element = document.activeElement as HTMLElement | null;
  const { outlineStyle, outlineWidth } = getComputedStyle(element ?? document.body);
  return {
    number: Number(element?.dataset.reach ?? -1),
    isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
    what: element?.outerHTML.slice(0, 120) ?? '',
  };
}

/** Where a point of the first map that has an image is on the screen, and how the page places points; null if none has one. */
export function findPoint(): { x: number; y: number; index: number } | null {
  const block = document.getElementById('map-data');
  const canvas = document.querySelector('.plot canvas');
  if (block === null || canvas === null) return null;
  const data = JSON.parse(block.textContent ?? '');
  const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
  const thumbs = new Int32Array(bytes(data.thumb));
  const [x, y] = data.maps[0].map((text: string) => new Uint16Array(bytes(text))) as [
    Uint16Array,
    Uint16Array,
  ];
  const box = canvas.getBoundingClientRect();
  const place = (value: number) => 16 + ((box.width - 32) * value) / 65535;
  // Alone, so that nothing else is pointed at.
  const distance = (i: number, k: number) =>
    Math.hypot((x[i] as number) - (x[k] as number), (y[i] as number) - (y[k] as number));
  let [best, widest] = [-1, -1];
  thumbs.forEach((thumb, i) => {
    if (thumb === -1) return;
    let nearest = Number.POSITIVE_INFINITY;
    for (let k = 0; k < x.length; k++) if (k !== i) nearest = Math.min(nearest, distance(i, k));
    if (nearest > widest) [best, widest] = [i, nearest];
  });
  if (best === -1) return null;
  return { x: box.left + place(x[best] as number), y: box.top + place(y[best] as number), index: best };
}
