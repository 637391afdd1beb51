import { join, resolve } from 'node:path';
import { CASE_FILES, openCaseView } from '@ganscout/cases';
import { writeDurably } from '@ganscout/storage';
import { gatherReport } from './gather/gather-report.js';
import type { ReportSettings } from './gather/report-settings.js';
import { renderReport } from './page/render-report.js';

/** What a report is made of and where it goes. */
export interface WriteReportSettings extends ReportSettings {
  /** File that the page goes to, replaced if it is there; {@link reportFile} by default. */
  readonly output?: string | undefined;
  /** A table of true sources, instead of what the run was given. */
  readonly truthFile?: string | null | undefined;
}

/** A page that was written. */
export interface WrittenReport {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  /** What was left out to keep within the size limit, a sentence each. */
  readonly leftOut: readonly string[];
}

/** Where the report of a run, or of a case, is unless someone says otherwise. */
export function reportFile(directory: string): string {
  return join(resolve(directory), CASE_FILES.report);
}

/**
 * Writes the report of a run, or of a case as it stands, as one HTML page; a crash leaves the old page or the new one.
 *
 * The same files give the same bytes. Nothing else in the directory changes, and no lock is taken.
 *
 * @throws {InputError} if the directory holds no finished run, or a setting names what is not there.
 * @throws the signal's reason if it is aborted.
 *
 * Cost: that of {@link gatherReport}.
 */
export async function writeReport(
  directory: string,
  { output, truthFile = null, ...settings }: WriteReportSettings = {},
): Promise<WrittenReport> {
  const file = output === undefined ? reportFile(directory) : resolve(output);
  const view = await openCaseView(directory, { truthFile });
  const data = await gatherReport(view, settings);
  settings.onProgress?.('drawing the page');
  const page = Buffer.from(renderReport(data));
  settings.signal?.throwIfAborted();
  writeDurably(file, page);
  return { file, bytes: page.length, leftOut: data.leftOut };
}
