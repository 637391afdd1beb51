import type { AddOutcome, AddSummary } from '@ganscout/cases';
import { formatCount, formatTable } from './tables.js';

/** What an add came to, in words and a table. @param summary null where no image was to be added. */
export function formatAddition(
  { state, added, drift, retraining }: AddOutcome,
  summary: AddSummary | null,
  directory: string,
  width?: number,
): string {
  const parts: string[] = [];
  if (summary !== null && added !== null) {
    const { ok, duplicate, unreadable, tooSmall } = added.inputs;
    const notes = [
      ...(duplicate > 0 ? [`${duplicate} there already`] : []),
      ...(unreadable + tooSmall > 0 ? [`${unreadable + tooSmall} unusable`] : []),
    ];
    parts.push(
      `Entry ${summary.entry}: ${formatCount(ok, 'new image')}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}.`,
    );
    if (summary.bySource.length > 0) parts.push(formatSources(summary, width));
    parts.push(...describeEvents(summary));
    parts.push(
      `${formatCount(summary.waiting.after, 'image')} without a source (before: ${summary.waiting.before}).`,
    );
  }
  if (retraining !== null) {
    const { generation, registry, entries } = state;
    const active = registry.sources.filter((source) => source.state === 'active').length;
    const why = retraining.reasons.length > 0 ? `: ${retraining.reasons.join('; ')}` : '';
    parts.push(
      `Entry ${entries.length}: trained again (generation ${generation})${why}. ${formatCount(active, 'active source')}.`,
    );
  } else if (drift.retrain) {
    parts.push(
      `The case has drifted: ${drift.reasons.join('; ')}. "ganscout add ${directory} --retrain always" trains it again.`,
    );
  }
  return `${parts.join('\n')}\n`;
}

function formatSources({ bySource }: AddSummary, width?: number): string {
  const rows = bySource.map(({ id, name, kind, images }) => [id, name, kind, String(images)]);
  const columns = [
    { title: 'source' },
    { title: 'name', keep: 'start' as const },
    { title: 'kind' },
    { title: 'new images', align: 'right' as const },
  ];
  return formatTable(columns, rows, width).trimEnd();
}

function describeEvents({ events }: AddSummary): string[] {
  return events.flatMap((event) => {
    if (event.event === 'born')
      return [`${event.source} is new: ${formatCount(event.images, 'image')}, ${event.reason}.`];
    if (event.event === 'refused')
      return [`A candidate of ${formatCount(event.images, 'image')} was refused: ${event.reason}.`];
    return [];
  });
}
