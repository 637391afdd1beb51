import type { CaseView } from '@ganscout/cases';
import type { ReportData } from '../report-data.js';

/**
 * Size and purity of each discovered source that has images, the largest first, of equal ones by number.
 *
 * Purity is the largest share that one true source has of its images, of those whose true source is known; null if it is of none.
 */
export function clusterFigure({
  labels,
  truth,
  sources,
}: Pick<CaseView, 'labels' | 'truth' | 'sources'>): ReportData['clusters'] {
  const counts = sources.map(() => new Map<string, number>());
  truth?.forEach((source, row) => {
    const own = counts[(labels[row] as number) - 1];
    if (source !== null) own?.set(source, (own.get(source) ?? 0) + 1);
  });
  const discovered = sources.filter(({ kind, size }) => kind === 'discovered' && size > 0);
  discovered.sort((a, b) => b.size - a.size || a.number - b.number);
  return discovered.map(({ name, size, number }) => {
    const own = [...(counts[number - 1]?.values() ?? [])];
    const total = own.reduce((sum, count) => sum + count, 0);
    return { name, size, purity: total === 0 ? null : Math.max(...own) / total };
  });
}
