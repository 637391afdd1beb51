import {
  autocorrelationOf,
  findSpectrumPeaks,
  type ResidualAutocorrelation,
  type SpectrumCollector,
} from '@ganscout/extractor';
import { drawFramedMap, encodePng, type RgbImage } from '@ganscout/images';
import { drawSpectrum, rangeOfSpectra } from '@ganscout/pipeline';
import type { ReportPicture, ReportSource } from '../report-data.js';
import { describeFingerprint, type Fingerprint } from './fingerprint-words.js';

/** What a report shows of the residuals of a source. */
export type ShownFingerprint = Pick<ReportSource, 'fingerprint' | 'fingerprintNote'>;

/** Averaged residuals, by source number, and of the known ones that they are laid beside. */
export interface CollectedResiduals {
  readonly bySource: ReadonlyMap<number, SpectrumCollector>;
  /** Null without known sources. */
  readonly reference: SpectrumCollector | null;
  /** Sources that the reference is made of. */
  readonly referenceNumbers: ReadonlySet<number>;
  /** What to call the images of the reference. */
  readonly words: string;
  readonly reason: string;
}

/** Pixels a side of a picture. */
const SIDE = 256;
const ITSELF = 'The other sources are laid beside this one.';
/** Share of all values that the colors of autocorrelations tell apart. */
const SHOWN = 0.99;

/**
 * Draws the averaged residual spectrum of each source and its autocorrelation, on one scale of colors for all, beside those of the
 * reference, and says what is seen in them. The pictures of the reference are the same objects for all sources.
 *
 * @returns by source number; sources without an image that is large enough are left out.
 */
export async function drawFingerprints(
  collected: CollectedResiduals,
): Promise<Map<number, ShownFingerprint>> {
  const { bySource, referenceNumbers, words, reason } = collected;
  const prints = new Map<number, Fingerprint>();
  for (const [number, collector] of bySource) {
    const print = fingerprintOf(collector);
    if (print !== null) prints.set(number, print);
  }
  const reference = collected.reference === null ? null : fingerprintOf(collected.reference);
  const all = reference === null ? [...prints.values()] : [...prints.values(), reference];
  const ranges = { decibels: rangeOfSpectra(all), likeness: rangeOfLikeness(all) };
  const beside = reference === null ? [] : await picturesOf(reference, words, ranges);
  const shown = new Map<number, ShownFingerprint>();
  for (const [number, print] of prints) {
    const isReference = referenceNumbers.size === 1 && referenceNumbers.has(number);
    const other = isReference ? null : reference;
    const own = await picturesOf(print, 'this source', ranges);
    const fingerprint =
      other === null ? own : own.flatMap((picture, i) => [picture, beside[i] as typeof picture]);
    const text = describeFingerprint(print, other, words);
    shown.set(number, {
      fingerprint,
      fingerprintNote: `${text} ${other === null && reference !== null ? ITSELF : reason}`.trim(),
    });
  }
  return shown;
}

function fingerprintOf(collector: SpectrumCollector): Fingerprint | null {
  const spectrum = collector.result();
  if (spectrum === null) return null;
  const { decibels } = spectrum;
  return {
    spectrum,
    level: decibels.reduce((sum, value) => sum + value, 0) / decibels.length,
    peaks: findSpectrumPeaks(spectrum),
    autocorrelation: autocorrelationOf(spectrum),
  };
}

/** Autocorrelation that nearly all shifts of all sources stay below, above or below 0; no shift is left out. */
function rangeOfLikeness(prints: readonly Fingerprint[]): number {
  const values = Float64Array.from(
    prints.flatMap(({ autocorrelation }) => Array.from(autocorrelation.values, Math.abs)),
  ).sort();
  return Math.max(0.01, values[Math.floor(SHOWN * (values.length - 1))] ?? 0);
}

interface Ranges {
  readonly decibels: number;
  readonly likeness: number;
}

async function picturesOf(
  print: Fingerprint,
  whose: string,
  { decibels, likeness }: Ranges,
): Promise<ReportSource['fingerprint']> {
  const spectrum = drawSpectrum(print, { scale: 'viridis', range: decibels });
  const autocorrelation = drawAutocorrelation(print.autocorrelation, likeness);
  const range = Number(likeness.toPrecision(2));
  return [
    {
      title: `Residual spectrum of ${whose}, colors ${decibels} dB around its level`,
      picture: await encoded(
        spectrum,
        `averaged residual spectrum of ${whose}, ${print.peaks.length} peaks marked`,
      ),
    },
    {
      title: `Autocorrelation of the residual of ${whose}, colors from -${range} to ${range}`,
      picture: await encoded(autocorrelation, `autocorrelation of the averaged residual of ${whose}`),
    },
  ];
}

/** Blue is negative, white 0, red positive. */
function drawAutocorrelation({ size, values }: ResidualAutocorrelation, range: number): RgbImage {
  const data = Float32Array.from(values, (value) => (value + range) / (2 * range));
  const half = size / 2;
  const ticks = [-half, -half / 2, 0, half / 2].map((at) => ({ at: at + half + 0.5, label: String(at) }));
  return drawFramedMap(
    { width: size, height: size, data },
    { scale: 'blue-white-red', zoom: SIDE / size, columnTicks: ticks, rowTicks: ticks },
  );
}

async function encoded(image: RgbImage, alt: string): Promise<ReportPicture> {
  return { png: await encodePng(image), width: image.width, height: image.height, alt };
}
