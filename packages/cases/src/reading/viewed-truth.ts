import { type ImageRecord, InputError, type MatchedTruth, matchTruth, readTruth } from '@ganscout/images';
import type { ResolvedConfig } from '@ganscout/pipeline';

/** What is known of the true sources of images; N values each. */
export interface ViewedTruth {
  /** Null if nothing is known of any image. */
  readonly sources: readonly (string | null)[] | null;
  readonly groups: readonly (string | null)[];
  readonly warnings: readonly string[];
}

/**
 * Reads the true sources of images: from the table given, else from that of the run, else as the images were given with them.
 *
 * A table of the run that is gone is no error, since all else can be shown without it.
 *
 * @param records of the images, N.
 * @throws {InputError} if the table given cannot be read or names none of the images.
 */
export async function readViewedTruth(
  config: ResolvedConfig,
  records: readonly ImageRecord[],
  truthFile: string | null,
): Promise<ViewedTruth> {
  if (truthFile !== null) return readGivenTruth(truthFile, records);
  const own = records.map(({ source }) => source);
  const groups = records.map(({ group }) => group);
  const table = config.data.truth;
  if (table === null) return { sources: nullIfNone(own), groups, warnings: [] };
  let matched: MatchedTruth;
  try {
    matched = matchTruth(await readTruth(table, config.directoryOf.truth), records);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const message = `The run's table of true sources cannot be read, so it is left out: ${error.message}.`;
    return { sources: nullIfNone(own), groups, warnings: [message] };
  }
  return {
    sources: nullIfNone(matched.sources.map((source, row) => source ?? own[row] ?? null)),
    groups: groupsOf(matched, records),
    warnings: [],
  };
}

async function readGivenTruth(file: string, records: readonly ImageRecord[]): Promise<ViewedTruth> {
  const matched = matchTruth(await readTruth(file, process.cwd()), records);
  const total = records.length;
  if (matched.matched === 0) {
    throw new InputError(
      `${file} names the source of none of the case's ${total} images; its paths must be those of inputs.csv, or end alike`,
    );
  }
  const message = `${file} names the source of ${matched.matched} of ${total} images; the others are not scored.`;
  return {
    sources: matched.sources,
    groups: groupsOf(matched, records),
    warnings: matched.matched < total ? [message] : [],
  };
}

function groupsOf({ groups }: MatchedTruth, records: readonly ImageRecord[]): (string | null)[] {
  return groups.map((group, row) => group ?? records[row]?.group ?? null);
}

function nullIfNone(sources: readonly (string | null)[]): readonly (string | null)[] | null {
  return sources.some((source) => source !== null) ? sources : null;
}
