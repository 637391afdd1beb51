import type { ResidualAutocorrelation, ResidualSpectrum, SpectrumPeak } from '@ganscout/extractor';
import { countOf, formatFigure, formatNumber } from './report-words.js';

/** What is known of the residuals of a source. */
export interface Fingerprint {
  readonly spectrum: ResidualSpectrum;
  /** Mean of the spectrum, in decibels. */
  readonly level: number;
  readonly peaks: readonly SpectrumPeak[];
  readonly autocorrelation: ResidualAutocorrelation;
}

/** Peaks that are named one by one. */
const MOST_NAMED = 4;
/** Cells of a spectrum within which two peaks are the same. */
const SAME = 1;
/** Pixels around no shift that every residual is like itself in. */
const CLOSE = 3;
/** Likeness that is worth a word. */
const LEAST_LIKENESS = 0.02;

/**
 * Says what is seen in the residuals of a source, and what of it is not seen in those it is laid beside.
 *
 * @param other of the real images, say; null if there are none, or the source is all of them. @param words what to call them.
 */
export function describeFingerprint(own: Fingerprint, other: Fingerprint | null, words: string): string {
  const { images, patches, size } = own.spectrum;
  return [
    `Averaged over ${countOf(patches, 'patch', 'patches')} of ${size} × ${size} pixels from ${countOf(images, 'image')}.`,
    describePeaks(own, other, words),
    describeRepeat(own, other, words),
    ...(other === null ? [] : [describeLevel(own.level - other.level, words)]),
  ].join(' ');
}

function describePeaks({ peaks, spectrum }: Fingerprint, other: Fingerprint | null, words: string): string {
  const sameIn = (peak: SpectrumPeak) => other?.peaks.some((found) => isSame(peak, found, spectrum.size));
  const foreign = other === null ? [] : peaks.filter((peak) => !sameIn(peak));
  if (peaks.length === 0) {
    const there = other === null ? '' : besideNone(other.peaks.length, words);
    return `No single frequency stands out of its surroundings${there}.`;
  }
  const shown = peaks
    .slice(0, MOST_NAMED)
    .map((peak) => `${period(peak, spectrum.size)} (${formatNumber(peak.excess)} dB)`);
  const rest = peaks.length - shown.length;
  const more = rest > 0 ? `, and ${countOf(rest, 'weaker one')}` : '';
  const count =
    peaks.length === 1
      ? '1 frequency stands out, as regular upsampling leaves it: a pattern that repeats'
      : `${peaks.length} frequencies stand out, as regular upsampling leaves them: patterns that repeat`;
  const there =
    other === null
      ? ''
      : ` ${besideSome(foreign.length, peaks.length)} ${words}${foreign.length === 0 ? ' too' : ''}.`;
  return `${count} ${shown.join('; ')}${more}.${there}`;
}

/** What begins the sentence that ends with what they are laid beside. @param foreign peaks that are not there. */
function besideSome(foreign: number, count: number): string {
  if (foreign === 0) return count === 1 ? 'It stands out in' : 'All of them stand out in';
  if (foreign === count) return count === 1 ? 'It does not stand out in' : 'None of them stands out in';
  return `${foreign} of them ${foreign === 1 ? 'does' : 'do'} not stand out in`;
}

function besideNone(count: number, words: string): string {
  return count === 0 ? `, nor does one in ${words}` : `; in ${words} ${count} ${count === 1 ? 'does' : 'do'}`;
}

function isSame(a: SpectrumPeak, b: SpectrumPeak, size: number): boolean {
  const near = (x: number, y: number) => {
    const distance = (from: number, to: number) => {
      const apart = Math.abs(from - to) * size;
      return Math.min(apart, size - apart);
    };
    return distance(a.x, x) <= SAME + 1e-9 && distance(a.y, y) <= SAME + 1e-9;
  };
  return near(b.x, b.y) || near(-b.x, -b.y);
}

/** `every 4 pixels across and every 2 down` */
function period({ x, y }: SpectrumPeak, size: number): string {
  const every = (frequency: number) => {
    const pixels = 1 / Math.abs(frequency);
    return Math.abs(pixels - Math.round(pixels)) < 1e-9 ? String(Math.round(pixels)) : pixels.toFixed(1);
  };
  // The window cannot tell the frequency next to 0 from it.
  const [across, down] = [x, y].map((frequency) => Math.abs(frequency) * size > 1.5);
  if (across && down) {
    // Both halves of the axis at 1/2 are one; elsewhere the sign tells the two diagonals apart.
    const slope =
      x === 0.5 || Math.abs(y) === 0.5 ? '' : y * x > 0 ? ', falling to the left' : ', falling to the right';
    return `every ${every(x)} pixels across and ${every(y)} down${slope}`;
  }
  return across ? `every ${every(x)} pixels across` : `every ${every(y)} pixels down`;
}

function describeRepeat(own: Fingerprint, other: Fingerprint | null, words: string): string {
  const { size, values } = own.autocorrelation;
  let [best, bestX, bestY] = [0, 0, 0];
  const half = size / 2;
  // Of a shift and its opposite, which are the same, one is looked at.
  for (let y = 0; y < half; y++) {
    for (let x = -half; x < half; x++) {
      if (Math.max(Math.abs(x), y) <= CLOSE || (y === 0 && x < 0)) continue;
      const value = values[(y + half) * size + x + half] as number;
      if (value > best) [best, bestX, bestY] = [value, x, y];
    }
  }
  if (best < LEAST_LIKENESS) {
    return `More than ${CLOSE} pixels away the residual is not like itself (largest autocorrelation ${formatFigure(best)}).`;
  }
  const at = (map: ResidualAutocorrelation) =>
    map.values[(bestY + map.size / 2) * map.size + bestX + map.size / 2] as number;
  const there = other === null ? '' : `; in ${words} it is ${formatFigure(at(other.autocorrelation))} there`;
  return `Its residual is most like itself at a shift of ${shift(bestX, bestY)}: autocorrelation ${formatFigure(best)}${there}.`;
}

function shift(x: number, y: number): string {
  const side = x < 0 ? 'to the left' : 'across';
  if (y === 0) return `${countOf(Math.abs(x), 'pixel')} ${side}`;
  if (x === 0) return `${countOf(y, 'pixel')} down`;
  return `${countOf(Math.abs(x), 'pixel')} ${side} and ${y} down`;
}

function describeLevel(difference: number, words: string): string {
  const size = Math.abs(difference);
  if (size < 0.5) return `Its residual is as strong as that of ${words}.`;
  return `Its residual is ${size.toFixed(1)} dB ${difference > 0 ? 'stronger' : 'weaker'} than that of ${words}.`;
}
