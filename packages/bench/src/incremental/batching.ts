import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type CaseState, readCase } from '@ganscout/cases';
import { type CaseFigures, figuresOfCase, knownNumbers } from './case-figures.js';
import { countUnlearned, type FollowedSource, followSources, type Snapshot } from './follow-sources.js';
import { beginCase, type CaseOptions, growCase, type RetrainChoice, writeTable } from './grow-case.js';
import { planDumps } from './plan-dumps.js';
import type { Study } from './study-folder.js';

/** A discovery set that came in dumps. */
export interface BatchingCase {
  /** Of the order in which sources and images came. */
  readonly seed: number;
  readonly dumps: number;
  readonly retrain: RetrainChoice;
  readonly figures: CaseFigures;
  /** One a dump. */
  readonly steps: readonly BatchingStep[];
  readonly sources: readonly FollowedSource[];
}

/** What one dump came to. */
export interface BatchingStep {
  readonly images: number;
  /** Whether the case was trained again after it. */
  readonly isRetrained: boolean;
  /** Images that were in the source that stands for their own before this dump, and are not any more. */
  readonly unlearned: number;
  /** Without a source. */
  readonly waiting: number;
}

/** Which dumps are made. */
export interface BatchingRequest {
  readonly seeds: readonly number[];
  readonly dumpCounts: readonly number[];
  readonly retrain: readonly RetrainChoice[];
  /** Folder for the cases. */
  readonly directory: string;
  readonly options: CaseOptions;
}

/** A case after one dump. */
interface Moment {
  readonly state: CaseState;
  readonly isRetrained: boolean;
}

/**
 * Feeds the same discovery set in one dump and in more, and scores what comes of it.
 *
 * The first dump is a run, the others are added to it. One dump makes a run only, so how it is trained again does not matter.
 *
 * @param onStep is told what is being done.
 */
export async function* studyBatching(
  study: Study,
  { seeds, dumpCounts, retrain, directory, options }: BatchingRequest,
  onStep: (text: string) => void,
): AsyncGenerator<BatchingCase> {
  const labelled = writeTable(join(directory, 'known.csv'), study.labelled, true);
  const sources = study.discovery.map(({ source }) => source);
  for (const seed of seeds) {
    // A single dump has no order: its images are sorted by their paths.
    for (const dumps of dumpCounts.filter((count) => count > 1 || seed === seeds[0])) {
      const name = `order-${seed}-dumps-${dumps}`;
      const begun = join(directory, name, 'begun');
      const tables = planDumps(sources, study.known, dumps, seed).flatMap((rows, i) => {
        const images = Array.from(rows, (row) => study.discovery[row] as (typeof study.discovery)[number]);
        const path = join(directory, name, `dump-${String(i + 1).padStart(2, '0')}.csv`);
        return images.length === 0 ? [] : [writeTable(path, images, false)];
      });
      onStep(`order ${seed}: run on dump 1 of ${dumps}`);
      await beginCase(begun, { labelled, discovery: tables[0] as string }, options);
      for (const choice of dumps === 1 ? retrain.slice(0, 1) : retrain) {
        const own = join(directory, name, `retrain-${choice}`);
        rmSync(own, { recursive: true, force: true });
        cpSync(begun, own, { recursive: true });
        const moments = await addAll(own, tables, choice, options, onStep);
        yield { seed, dumps, retrain: choice, ...score(moments, study) };
      }
      rmSync(begun, { recursive: true });
    }
  }
}

async function addAll(
  directory: string,
  [, ...tables]: readonly string[],
  retrain: RetrainChoice,
  options: CaseOptions,
  onStep: (text: string) => void,
): Promise<Moment[]> {
  const moments: Moment[] = [{ state: readCase(directory), isRetrained: false }];
  for (const [i, table] of tables.entries()) {
    onStep(`retrain ${retrain}: adding dump ${i + 2} of ${tables.length + 1}`);
    const { state, retraining } = await growCase(directory, table, retrain, options);
    moments.push({ state, isRetrained: retraining !== null });
  }
  return moments;
}

function score(
  moments: readonly Moment[],
  { discovery }: Study,
): Pick<BatchingCase, 'figures' | 'steps' | 'sources'> {
  const names = [...new Set(discovery.map(({ source }) => source))].sort();
  const truthOf = new Map(discovery.map(({ id, source }) => [id, names.indexOf(source)]));
  const { state: last } = moments.at(-1) as Moment;
  const truth = Int32Array.from(last.ids, (id) => truthOf.get(id) as number);
  const snapshots = moments.map(({ state: { labels } }) => ({
    labels,
    truth: truth.subarray(0, labels.length),
  }));
  const sources = followSources(snapshots, names, knownNumbers(last));
  const numbers = sources.map(({ number }) => number);
  const steps = moments.map(({ state: { labels }, isRetrained }, i): BatchingStep => {
    const before = snapshots[i - 1];
    return {
      images: labels.length - (before?.labels.length ?? 0),
      isRetrained,
      unlearned: before === undefined ? 0 : countUnlearned(before, snapshots[i] as Snapshot, numbers),
      waiting: labels.filter((number) => number === 0).length,
    };
  });
  return { figures: figuresOfCase(last, truth, names), steps, sources };
}
