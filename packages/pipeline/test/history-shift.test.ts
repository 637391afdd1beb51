import { type FileFacts, NO_FACTS } from '@ganscout/images';
import { describe, expect, test } from 'vitest';
import { describeHistoryShift } from '../src/history-shift.js';

type Kind = Partial<FileFacts> & { readonly format?: string };

/** Files as `[count, facts]`; JPEG unless another format is given. */
function files(...parts: readonly (readonly [count: number, kind: Kind])[]) {
  return parts.flatMap(([count, { format = 'jpeg', ...facts }], part) =>
    Array.from({ length: count }, (_, i) => ({
      id: `${part}-${i}`,
      format,
      facts: { ...NO_FACTS, ...facts },
    })),
  );
}
const jpeg = (quality: number | string): Kind => ({ jpegQuality: String(quality) });
const PNG: Kind = { format: 'png' };

const message = (percent: number, histories: string) =>
  `${percent} % of the discovery files are ${histories}, as hardly any labelled file is; if files of either set were compressed after they were made, set extractor.whitening.compressionWeight to 0.3`;

describe('describeHistoryShift()', () => {
  test('speaks from half of the discovery files on', () => {
    const known = files([50, PNG]);
    expect(describeHistoryShift(known, files([51, PNG], [49, jpeg(80)]))).toBeNull();
    expect(describeHistoryShift(known, files([50, PNG], [50, jpeg(80)]))).toBe(
      message(50, 'JPEG of quality 75 to 89'),
    );
    expect(describeHistoryShift(known, files([27, PNG], [73, jpeg(80)]))).toBe(
      message(73, 'JPEG of quality 75 to 89'),
    );
  });

  test('says nothing once one labelled file in a hundred has the history', () => {
    const discovery = files([10, jpeg(80)]);
    expect(describeHistoryShift(files([99, PNG], [1, jpeg(85)]), discovery)).toBeNull();
    expect(describeHistoryShift(files([100, PNG], [1, jpeg(85)]), discovery)).toBe(
      message(100, 'JPEG of quality 75 to 89'),
    );
  });

  test.each([
    [90, 'JPEG of quality 90 to 100'],
    [89, 'JPEG of quality 75 to 89'],
    [75, 'JPEG of quality 75 to 89'],
    [74, 'JPEG of quality below 75'],
    [9, 'JPEG of quality below 75'],
  ])('counts quality %i as %s', (quality, history) => {
    expect(describeHistoryShift(files([5, PNG]), files([5, jpeg(quality)]))).toBe(message(100, history));
  });

  test('adds histories up and names them in one order', () => {
    const discovery = files([30, PNG], [10, jpeg(60)], [20, jpeg(80)], [40, jpeg(99)]);
    expect(describeHistoryShift(files([9, jpeg(95)]), discovery)).toBe(
      message(60, 'lossless or JPEG of quality 75 to 89 or JPEG of quality below 75'),
    );
  });

  test('takes PNG, TIFF, GIF and lossless WebP for one history', () => {
    const known = files([5, PNG]);
    const lossless = { format: 'webp', encoding: 'lossless' };
    const discovery = files([5, { format: 'tiff' }], [5, { format: 'gif' }], [5, lossless]);
    expect(describeHistoryShift(known, discovery)).toBeNull();
    expect(describeHistoryShift(files([5, jpeg(95)]), discovery)).toBe(message(100, 'lossless'));
  });

  test('takes custom tables for a history each, unless fewer than five files have them', () => {
    const name = 'JPEG with tables of their own';
    expect(describeHistoryShift(files([9, jpeg('custom:a')]), files([5, jpeg('custom:b')]))).toBe(
      message(100, name),
    );
    expect(describeHistoryShift(files([9, jpeg('custom:a')]), files([9, jpeg('custom:a')]))).toBeNull();
    const rare = files(...['b', 'c', 'd'].map((digest) => [4, jpeg(`custom:${digest}`)] as const));
    expect(describeHistoryShift(files([9, PNG]), rare)).toBeNull();
    // Four of five such files are in the discovery set; 1 of 200 labelled files is less than 1 %.
    const known = files([199, PNG], [1, jpeg('custom:b')]);
    expect(describeHistoryShift(known, files([4, jpeg('custom:b')]))).toBe(message(100, name));
  });

  test('says nothing of unknown quality and of other compression, which count in the shares', () => {
    const known = files([9, PNG]);
    for (const other of [
      jpeg(''),
      { format: 'webp', encoding: 'lossy' },
      { format: 'avif' },
      { format: '' },
    ]) {
      expect(describeHistoryShift(known, files([9, other]))).toBeNull();
      expect(describeHistoryShift(known, files([6, other], [5, jpeg(80)]))).toBeNull();
      expect(describeHistoryShift(known, files([5, other], [5, jpeg(80)]))).not.toBeNull();
    }
  });

  test('counts a file once, however many patches it has', () => {
    const patches = (count: number, file: string, kind: Kind) =>
      files([count, kind]).map((record, i) => ({ ...record, id: `${file}#${i},0,64,64` }));
    const known = files([9, PNG]);
    const discovery = [...patches(8, 'a', jpeg(80)), ...patches(1, 'b', PNG), ...patches(1, 'c', PNG)];
    expect(describeHistoryShift(known, discovery)).toBeNull();
    expect(describeHistoryShift(known, discovery.slice(0, 9))).toBe(message(50, 'JPEG of quality 75 to 89'));
  });

  test('does not depend on the order of the files, leaves them alone, and takes none', () => {
    const [known, discovery] = [files([9, PNG]), files([4, jpeg(80)], [5, jpeg(20)])];
    const before = structuredClone({ known, discovery });
    const said = describeHistoryShift(known, discovery);
    expect(describeHistoryShift(known.toReversed(), discovery.toReversed())).toBe(said);
    expect({ known, discovery }).toEqual(before);
    expect(describeHistoryShift(known, [])).toBeNull();
    expect(describeHistoryShift([], discovery)).toBeNull();
  });
});
