/** `1 image`, `2,670 images`, `no images` is never written: 0 gives `0 images`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `12,345` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A share in words: `29 %`, `0.4 %`. Only nothing is `0 %` and only all is `100 %`. @param share in [0, 1]. */
export function percent(share: number): string {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  const value = 100 * share;
  if (value < 0.05) return 'under 0.1 %';
  if (value > 99.95) return 'over 99.9 %';
  const digits = value < 9.95 || value > 90 ? 1 : 0;
  return `${value.toFixed(digits).replace(/\.0$/, '')} %`;
}

/** Three digits after the point; `1.000` and `0.000` only where that is so. */
export function formatFigure(value: number): string {
  if (Number.isInteger(value)) return value.toFixed(3);
  const text = value.toFixed(3);
  if (text === '1.000') return 'over 0.999';
  return text === '0.000' || text === '-0.000' ? value.toPrecision(1) : text;
}

/** Three significant digits, for figures without a fixed range; `–` where there is none. */
export function formatNumber(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '–' : String(Number(value.toPrecision(3)));
}

/** `a`, `a and b`, `a, b and c`, and of more than `most`: `a, b and 4 more`. */
export function listOf(names: readonly string[], most = 5): string {
  const shown = names.length > most ? names.slice(0, most - 1) : names;
  const rest = names.length - shown.length;
  const parts = rest > 0 ? [...shown, `${formatCount(rest)} more`] : shown;
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** `12.5 MB`, `640 kB`, `25.3 GB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return countOf(bytes, 'byte');
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${Number((bytes / (size as number)).toPrecision(3))} ${unit}`;
}

/** `1.25 s`, `3 min 20 s`, `2 h 5 min` */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(2))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
