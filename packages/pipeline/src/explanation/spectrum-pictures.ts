import type { ResidualSpectrum, SpectrumPeak } from '@ganscout/extractor';
import { type ColorScale, drawColorBar, drawFramedMap, drawSheet, type RgbImage } from '@ganscout/images';

/** A source with what its residuals have in common. */
export interface SourceSpectrum {
  readonly source: string;
  readonly spectrum: ResidualSpectrum;
  /** Mean of the spectrum over all frequencies, in decibels. */
  readonly level: number;
  readonly peaks: readonly SpectrumPeak[];
}

const COLUMNS = 4;
/** Pixels a side of a picture of a spectrum. */
const SIDE = 256;
/** Share of all values that the colors tell apart. */
const SHOWN = 0.998;

const NOTES = [
  'Mean power of the residuals (a pixel less the median of 3 x 3) by frequency, of patches at native resolution. Axes: ' +
    'cycles per pixel across and down; 0 is in the middle, and at the edges, 1/2, are patterns that repeat every 2 pixels. ' +
    'Colors are relative to the level of the source, and the same for all sources.',
  'Squares: frequencies that stand out of their surroundings, as regular upsampling leaves them. Content and file format ' +
    'shape spectra too: compare sources of like content.',
];

/** The spectra of some sources side by side, on one scale of colors. */
export function drawSpectra(spectra: readonly SourceSpectrum[], scale: ColorScale): RgbImage {
  const range = rangeOfSpectra(spectra);
  const cells = spectra.map((own) => ({
    titles: [
      own.source,
      `${own.spectrum.images} images, peaks: ${own.peaks.length}`,
      `level ${own.level.toFixed(1)} dB`,
    ],
    image: drawSpectrum(own, { scale, range }),
  }));
  const bar = drawColorBar({ scale, low: `-${range} dB`, high: `+${range} dB` }, 400);
  return drawSheet(cells, {
    titles: ['Averaged residual spectrum of each source'],
    columns: COLUMNS,
    legends: [bar],
    notes: NOTES,
  });
}

/**
 * A spectrum in colors, with its axes in cycles a pixel and squares around its peaks.
 *
 * @param range decibels above and below its level that the colors tell apart.
 */
export function drawSpectrum(
  { spectrum: { size, decibels }, level, peaks }: Omit<SourceSpectrum, 'source'>,
  { scale, range }: { readonly scale: ColorScale; readonly range: number },
): RgbImage {
  const data = Float32Array.from(decibels, (value) => (value - level + range) / (2 * range));
  const ticks = [
    { at: 0, label: '-1/2' },
    { at: size / 4, label: '-1/4' },
    { at: size / 2, label: '0' },
    { at: (3 * size) / 4, label: '1/4' },
    { at: size, label: '1/2' },
  ];
  return drawFramedMap(
    { width: size, height: size, data },
    { scale, zoom: SIDE / size, columnTicks: ticks, rowTicks: ticks, marks: cellsOf(peaks, size) },
  );
}

/** Each peak and its opposite. */
function cellsOf(peaks: readonly SpectrumPeak[], size: number): { x: number; y: number }[] {
  const cell = (frequency: number) => (Math.round((frequency + 0.5) * size) + size) % size;
  return peaks.flatMap(({ x, y }) => [
    { x: cell(x), y: cell(y) },
    { x: cell(-x), y: cell(-y) },
  ]);
}

/** Decibels around the level of each source that hold nearly all values of all, in steps of 3. */
export function rangeOfSpectra(spectra: readonly Omit<SourceSpectrum, 'source'>[]): number {
  const distances = Float64Array.from(
    spectra.flatMap(({ spectrum, level }) =>
      Array.from(spectrum.decibels, (value) => Math.abs(value - level)),
    ),
  ).sort();
  const largest = distances[Math.floor(SHOWN * (distances.length - 1))] ?? 0;
  return Math.max(3, 3 * Math.ceil(largest / 3));
}
