import { type ImageRecord, InputError, markUnreadable } from '@ganscout/images';
import {
  countInputs,
  type Dump,
  gatherDump,
  type InputCounts,
  type Listener,
  type SpaceFeatures,
  sampleIds,
  threadCount,
} from '@ganscout/pipeline';
import { digestOfLists } from '@ganscout/storage';
import { type CaseModel, openCaseModel } from '../case-model.js';
import type { CaseState } from '../case-state.js';
import { commitEntry } from '../commit-entry.js';
import { entrySeed } from '../entry-seed.js';
import { presentIds } from '../known-images.js';
import { isRetired } from '../registry/registry.js';
import { measureCaseDrift } from '../retraining/case-drift.js';
import type { Drift } from '../retraining/drift.js';
import { type Retraining, retrainCase } from '../retraining/retrain-case.js';
import { writeCase } from '../write-case.js';
import { draftAdded } from './draft-added.js';
import { type Arrivals, type Intake, leaveWaiting, takeIn } from './intake.js';
import {
  type AddRequest,
  forgetPending,
  isRetrained,
  isSameRequest,
  isTakenIn,
  PendingAddError,
  readPending,
  rememberPending,
} from './pending-add.js';
import { concatenateSpaces } from './row-sets.js';

/** What surrounds writing to a case. */
export interface CaseContext {
  /** What relative paths are relative to. */
  readonly workingDirectory: string;
  readonly listener: Listener;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** What adding came to. */
export interface AddOutcome {
  readonly state: CaseState;
  /** Null where no image was to be added. */
  readonly added: {
    readonly entry: number;
    readonly inputs: InputCounts;
    /** Inputs that could not be used although they are no copies. */
    readonly failed: readonly ImageRecord[];
  } | null;
  readonly drift: Drift;
  readonly retraining: Retraining | null;
}

/**
 * Takes dumps into a case: attributes new images to the sources it has, discovers sources among those that none accepts, and
 * trains again if asked to, or if the case has drifted and `retrain` is `auto`.
 *
 * @param request the dumps as for `data.discovery`; the files of a case made from features are `.npy` files.
 * @throws {PendingAddError} if another add was interrupted. @throws {InputError} if there is no case, or no image.
 * @throws {FolderLockedError} if another process is writing to the case.
 * @throws the signal's reason if it is aborted; the add can be gone on with.
 *
 * Cost: follows the new images and those that wait, not the case; a retraining costs what a run does, without describing.
 */
export function addImages(directory: string, request: AddRequest, context: CaseContext): Promise<AddOutcome> {
  return writeCase(directory, context.now, async (state) => {
    const interrupted = readPending(directory);
    if (interrupted !== null && !isSameRequest(interrupted, request))
      throw new PendingAddError(directory, interrupted, isTakenIn(state, interrupted));
    const pending = interrupted ?? { ...request, entry: state.entries.length + 1 };
    rememberPending(directory, pending);
    const taken = isTakenIn(state, pending)
      ? { state, added: null }
      : await takeDumps(state, pending, context).catch((error: unknown) => {
          // It would fail another time too, and is not to stand in the way of others.
          if (error instanceof InputError) forgetPending(directory);
          throw error;
        });
    const drift = measureCaseDrift(taken.state);
    const isAsked = request.retrain === 'always' || (request.retrain === 'auto' && drift.retrain);
    const isDue = isAsked && !isRetrained(taken.state, pending);
    const retraining = isDue ? await retrainCase(taken.state, drift.reasons, context) : null;
    forgetPending(directory);
    return { ...taken, state: retraining?.state ?? taken.state, drift, retraining };
  });
}

/** Goes on with an add that was interrupted; null if there is none. @throws as {@link addImages}. */
export async function resumeAdd(directory: string, context: CaseContext): Promise<AddOutcome | null> {
  const pending = readPending(directory);
  return pending === null ? null : addImages(directory, pending, context);
}

/** Drops an add that was interrupted; if its images are in the case, they stay. @returns whether there was one. */
export function discardAdd(directory: string, { now }: Pick<CaseContext, 'now'>): Promise<boolean> {
  return writeCase(directory, now, async () => {
    const pending = readPending(directory);
    forgetPending(directory);
    return pending !== null;
  });
}

async function takeDumps(
  state: CaseState,
  { locations, discoverFrom }: AddRequest,
  context: CaseContext,
): Promise<Pick<AddOutcome, 'state' | 'added'>> {
  const model = openCaseModel(state);
  try {
    const present = presentIds(state);
    const { workingDirectory: baseDirectory, listener, signal, now } = context;
    const dump = await gatherDump(model.run.config, locations, { baseDirectory, present }, listener, signal);
    const read = await readArrivals(state, model, dump, context);
    const { intake, arrivals } = await intakeOf(state, model, read, discoverFrom);
    const set = markUnreadable(dump.set, read.failures);
    const inputs = countInputs(set);
    const addition = {
      locations,
      inputs,
      records: set.records,
      arrivals,
      intake,
      described: read.described,
      imported: dump.imported,
    };
    const next = commitEntry(state, draftAdded(state, model, addition), now);
    const failed = set.records.filter(({ status }) => status === 'unreadable' || status === 'too_small');
    return { state: next, added: { entry: next.entries.length, inputs, failed } };
  } finally {
    await model.run.close();
  }
}

interface ReadArrivals extends Arrivals {
  readonly failures: ReadonlyMap<string, string>;
  readonly described: string | null;
}

/** Reads the new images into the spaces of the case; descriptions are kept beside it, as far as they come. */
async function readArrivals(
  { directory, ids: present }: CaseState,
  { run }: CaseModel,
  { set, imported }: Dump,
  { listener, signal }: CaseContext,
): Promise<ReadArrivals> {
  if (imported !== null) {
    const features = await run.projectNew(imported);
    return { ids: imported.ids, features, failures: new Map(), described: null };
  }
  const records = set.records.filter(({ status }) => status === 'ok');
  const ids = records.map(({ id }) => id);
  const { cropSample } = run.config.rounds[0]!.extractor.whitening;
  const described = `case/described/${digestOfLists([ids]).slice(0, 16)}`;
  const read = await run.readNew(records, {
    directory: `${directory}/${described}`,
    cropIds: sampleIds(
      [...present, ...ids].map((id) => ({ id })),
      cropSample,
    ),
    threads: threadCount(run.config.run.threads),
    signal,
    onProgress: (done) =>
      listener({ type: 'progress', stage: 'describe', done, total: records.length, unit: 'images' }),
  });
  return {
    ids: read.ids,
    features: read.features,
    failures: read.failures,
    described: read.descriptions === null ? null : described,
  };
}

async function intakeOf(
  state: CaseState,
  { run, sources, buffer }: CaseModel,
  read: Arrivals,
  discoverFrom: number,
): Promise<{ intake: Intake; arrivals: Arrivals }> {
  const features: SpaceFeatures =
    buffer.rows.length === 0 ? read.features : concatenateSpaces(buffer.features, read.features);
  const arrivals = { ids: [...buffer.ids, ...read.ids], features };
  if (read.ids.length === 0) return { intake: leaveWaiting(sources, buffer.ids.length), arrivals };
  const isGivenNothing = (label: number) => isRetired(state.registry, sources.sources[label] as number);
  const retired = new Set([...sources.sources.keys()].filter(isGivenNothing));
  const options = {
    stages: run.options,
    discoverFrom,
    round: run.round,
    retired,
    nextNumber: state.registry.nextNumber,
  };
  const seed = entrySeed(run.config.run.seed, state.entries.length + 1);
  return { intake: await takeIn(sources, arrivals, options, seed), arrivals };
}
