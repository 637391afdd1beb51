import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { renderReport } from '../../src/page/render-report.js';
import type { ReportData } from '../../src/report-data.js';
import { textOf, walkPage } from './page-walk.js';
import { type Planted, plantedReport } from './planted-report.js';

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  'evil\u202egnp.exe',
  '<!-- &lt; ]]> </style></title>',
  'a'.repeat(4000),
  '\u0000\u001b[2J\ud800\u2028',
  '',
];

/** What no page may hold as it is. */
const HIDDEN = /[^\P{Cc}\t\n]|[\u2028-\u202e\u2066-\u2069]|[\ud800-\udfff]/u;

/** A report in which every text is hostile. */
function hostileReport(): ReportData {
  const data = plantedReport({ nameOf: (i) => HOSTILE[i % HOSTILE.length] as string });
  const spoil = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string')
      return ['kind', 'id'].includes(key) ? value : HOSTILE[0] + value + HOSTILE[1] + HOSTILE[3];
    if (ArrayBuffer.isView(value) || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((part) => spoil(part));
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, spoil(part, name)]));
  };
  return spoil(data) as ReportData;
}

const CASES: Readonly<Record<string, () => ReportData>> = {
  'a usual run': () => plantedReport(),
  'a run without truth': () => plantedReport({ hasTruth: false }),
  'a run from features': () => plantedReport({ hasImages: false }),
  'a run with nothing found': () => plantedReport({ sources: 3, hasTruth: false }),
  'a run with nothing at all': () => emptyReport(),
  'a run with 300 sources': () => plantedReport({ sources: 300, points: 3000 }),
  'a run with hostile names': hostileReport,
};

function emptyReport(): ReportData {
  const settings: Planted = { sources: 0, points: 0, hasTruth: false, hasImages: false };
  return {
    ...plantedReport(settings),
    headline: [],
    rounds: [],
    histograms: [],
    issues: [],
    provenance: [],
    leftOut: [],
    endedBecause: '',
  };
}

for (const [name, make] of Object.entries(CASES)) {
  test(`renderReport() of ${name} is whole: closed elements, one heading after the other, names for all that needs one`, () => {
    const page = renderReport(make());
    const elements = walkPage(page);
    const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const places = elements.flatMap(({ attributes }) => attributes.get('href') ?? []);
    expect(places.filter((place) => !place.startsWith('#') || !ids.includes(place.slice(1)))).toEqual([]);
    const images = elements.filter(({ tag }) => tag === 'img');
    expect(images.filter(({ attributes }) => !attributes.get('alt'))).toEqual([]);
    const drawings = elements.filter(
      ({ tag, attributes }) => tag === 'svg' && attributes.get('aria-hidden') !== 'true',
    );
    expect(drawings.filter(({ attributes }) => !attributes.get('aria-label'))).toEqual([]);
    const levels = elements.flatMap(({ tag }) => /^h([1-6])$/.exec(tag)?.[1] ?? []).map(Number);
    expect(levels.filter((level) => level === 1)).toEqual([1]);
    expect(levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1)).toEqual([]);
    const tags = elements.map(({ tag }) => tag);
    for (const landmark of ['main', 'nav', 'header'])
      expect(tags.filter((tag) => tag === landmark)).toHaveLength(1);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  });

  test(`renderReport() of ${name} asks for nothing outside and has no code or style but its own`, () => {
    const page = renderReport(make());
    const elements = walkPage(page);
    const named = page.match(/\b(?:https?|ftp|file):\/\/[^\s"'<]*/g) ?? [];
    expect(named.filter((address) => address !== 'http://www.w3.org/2000/svg')).toEqual([]);
    const sources = elements.flatMap(({ attributes }) => attributes.get('src') ?? []);
    expect(sources.filter((source) => !source.startsWith('data:image/png;base64,'))).toEqual([]);
    const barred = elements.flatMap(({ attributes }) =>
      [...attributes.keys()].filter((attribute) => attribute === 'style' || attribute.startsWith('on')),
    );
    expect(barred).toEqual([]);
    const code = elements.filter(({ tag }) => tag === 'script');
    expect(code.filter(({ attributes }) => attributes.size === 0)).toHaveLength(1);
    expect(
      elements
        .filter(({ tag }) => ['iframe', 'object', 'link', 'base', 'meta'].includes(tag))
        .map(({ tag }) => tag),
    ).toEqual(Array(5).fill('meta'));
    expect(HIDDEN.exec(page)?.[0]).toBeUndefined();
  });

  test(`renderReport() of ${name} gives the same bytes again, whatever was drawn before`, () => {
    const first = renderReport(make());
    renderReport(plantedReport({ sources: 5 }));
    expect(digest(renderReport(make()))).toBe(digest(first));
  });
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test('the policy names the digests of the style and the script in the page, and allows nothing else', () => {
  const elements = walkPage(renderReport(plantedReport()));
  const policy = elements.find(
    ({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy',
  );
  const content = policy?.attributes.get('content') ?? '';
  const own = (tag: string) => {
    const { inner = '' } =
      elements.find((element) => element.tag === tag && element.attributes.size === 0) ?? {};
    return `'sha256-${createHash('sha256').update(inner).digest('base64')}'`;
  };
  expect(content.split('; ')).toEqual([
    "default-src 'none'",
    'img-src data:',
    `style-src ${own('style')}`,
    `script-src ${own('script')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test('every name is in the page as it is, or shortened beside its full text', () => {
  const page = renderReport(plantedReport({ nameOf: (i) => HOSTILE[i % HOSTILE.length] as string }));
  const text = textOf(page);
  for (const name of HOSTILE.slice(0, 3)) expect(text).toContain(name);
  expect(text).toContain('evil\\u{202e}gnp.exe');
  expect(text).toContain('a'.repeat(4000));
  expect(text).toContain('\\u{0}\\u{1b}[2J\\u{d800}\\u{2028}');
});

test('the data of the maps is what the script reads back', () => {
  const data = plantedReport();
  const block = walkPage(renderReport(data)).find(({ attributes }) => attributes.get('id') === 'map-data');
  const read = JSON.parse(block?.inner ?? '');
  const bytes = Buffer.from(read.source, 'base64');
  const labels = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(4 * i));
  // Those without a source come after the nine that there are.
  expect(labels).toEqual([...(data.points?.source ?? [])].map((label) => (label === -1 ? 9 : label)));
  expect(read.sources.at(-1).name).toBe('Without a source');
  expect(read.paths).toEqual(data.points?.path);
  expect(read.maps).toHaveLength(2);
});

test('what is not there is said in words', () => {
  const text = textOf(renderReport(emptyReport()));
  for (const sentence of [
    'There are no sources: none was known, and none was discovered.',
    'No source was discovered, so there is no cluster to show.',
    'There are no maps: too few images to lay out on a plane.',
    'Without ground truth there is nothing to hold the sources against.',
    'Nothing was found that a person would have to look at.',
  ]) {
    expect(text).toContain(sentence);
  }
});

test('sources stand by size, those of one size in their order, in the table and below it', () => {
  const data = plantedReport({ sources: 6 });
  const sizes = data.sources.map((source, i) => ({ ...source, size: [5, 9, 5, 0, 9, 7][i] as number }));
  const elements = walkPage(renderReport({ ...data, sources: sizes }));
  const parts = elements.filter(({ tag }) => tag === 'article').map(({ attributes }) => attributes.get('id'));
  expect(parts).toEqual([2, 5, 6, 1, 3, 4].map((number) => `source-${number}`));
});

test('the folder that all paths have in common is told once, and none where there is none', () => {
  const data = plantedReport({ sources: 2 });
  const foldersOf = (captions: readonly string[]) => {
    const sources = data.sources.map((source, i) => ({
      ...source,
      sheets: source.sheets.slice(0, 1).map((sheet) => ({
        ...sheet,
        images: sheet.images.slice(0, 1).map((image) => ({ ...image, caption: captions[i] as string })),
      })),
    }));
    const text = textOf(renderReport({ ...data, sources }));
    return /Paths of images below begin with (\S+)/.exec(text)?.[1];
  };
  expect(foldersOf(['/data/a/1.png', '/data/ab/2.png'])).toBe('/data/');
  expect(foldersOf(['/data/a/1.png', '/other/2.png'])).toBe('/');
  expect(foldersOf(['/data/a/1.png', 'dump/2.png'])).toBeUndefined();
  expect(foldersOf(['dump/a/1.png', 'dump/a/2.png'])).toBe('dump/a/');
  expect(foldersOf(['1.png', '2.png'])).toBeUndefined();
});

test('figures that a stage changes are told with their sign, and none before the first', () => {
  const stage = { stage: 'merge', purity: null, nmi: null, ari: null };
  const page = renderReport({
    ...plantedReport({ hasTruth: false }),
    rounds: [
      { ...stage, round: 1, assigned: 0.5, sources: 1200 },
      { ...stage, round: 2, assigned: 0.25, sources: 1234 },
      { ...stage, round: 3, assigned: 0.25, sources: 1234 },
    ],
  });
  const rows = walkPage(page).filter(({ tag, inner }) => tag === 'tr' && inner.includes('Round '));
  expect(rows.map(({ inner }) => textOf(inner.replaceAll('</td>', '|').replaceAll('</th>', '|')))).toEqual(
    expect.arrayContaining([
      'Round 1, merge|50.0 %|–|1,200|–|',
      'Round 2, merge|25.0 %|−25.0 %|1,234|+34|',
      'Round 3, merge|25.0 %|0|1,234|0|',
    ]),
  );
});
