import { join } from 'node:path';
import { concatenateRows, type ImageId, rowsWhere, selectRows } from '@ganscout/data-model';
import type { ImageRecord } from '@ganscout/images';
import {
  attributeRows,
  openRunModel,
  type Rediscovery,
  type RediscoveryInput,
  type ResolvedConfig,
  rediscover,
  trainsBackbone,
} from '@ganscout/pipeline';
import type { CaseContext } from '../adding/add-images.js';
import { generationFolder } from '../case-files.js';
import { openCaseModel } from '../case-model.js';
import { type CaseInputs, openCaseDescriptions, readCaseInputs } from '../case-records.js';
import type { CaseState } from '../case-state.js';
import { commitEntry } from '../commit-entry.js';
import { entrySeed } from '../entry-seed.js';
import { readImportedDiscovery, readImportedKnown } from '../imported-features.js';
import { obeyedConstraints } from '../operations/obeyed-constraints.js';
import { knownNumbers } from '../registry/known-numbers.js';
import { isRetired, sourceId } from '../registry/registry.js';
import { draftRetrained } from './draft-retrained.js';
import { findKeptApart, type KeptApart } from './kept-apart.js';

/** What training again came to. */
export interface Retraining {
  readonly state: CaseState;
  readonly entry: number;
  /** Why it was done; empty if a person asked for it. */
  readonly reasons: readonly string[];
}

/** The images of a case as the next generation is to see them. */
interface Assembled {
  /** Their sources are ids of sources. */
  readonly known: readonly ImageRecord[];
  readonly discovery: readonly ImageRecord[];
  /** Rows of the case of the discovery images. */
  readonly discoveryRows: Int32Array;
  /** Rows of the case of images that people labelled, in the order in which they come among the known ones: last. */
  readonly labelledRows: Int32Array;
}

/**
 * Discovers anew among all images of a case, and gives what is found the identities that it had: the next generation.
 *
 * Images of a source that a person labelled are labelled images now; those of a retired one take no part and keep it, and
 * those that wait although it would accept them take none either: it would only be found again. What a person linked or
 * parted stays so.
 *
 * @param reasons why, in words. @throws as `rediscover`; what was done is kept for another call.
 *
 * Cost: that of a run on all images, without describing any.
 */
export async function retrainCase(
  state: CaseState,
  reasons: readonly string[],
  { listener, signal, now }: CaseContext,
): Promise<Retraining> {
  const { directory } = state;
  const { config } = openRunModel(directory);
  const generation = state.generation + 1;
  const home = join(directory, generationFolder(generation));
  const inputs = readCaseInputs(state);
  const assembled = assemble(state, inputs, await rowsOfRetired(state));
  const { known, discovery } = assembled;
  const input: RediscoveryInput = {
    config: { ...config, run: { ...config.run, output: home } },
    directory: home,
    known,
    discovery,
    ...featuresOf(state, config, inputs, assembled),
    constraints: obeyedConstraints(state.constraints),
  };
  const settings = { listener, signal, now };
  const rowOf = new Map(discovery.map(({ id }, i) => [id, assembled.discoveryRows[i] as number]));
  const rowsOf = ({ ids }: Rediscovery) => Int32Array.from(ids, (id) => rowOf.get(id) as number);
  const first = await rediscover(input, settings);
  const keptApart = await findKeptApart(state, home, first, rowsOf(first));
  const found = keptApart.length === 0 ? first : await rediscover(withPartings(input, keptApart), settings);
  const rows = rowsOf(found);
  const draft = await draftRetrained(state, {
    found,
    rows,
    generation,
    known: known.length,
    reasons,
    keptApart,
  });
  const next = commitEntry(state, draft, now);
  return { state: next, entry: next.entries.length, reasons };
}

/** The same once more, with sources kept apart that it joined. */
function withPartings(input: RediscoveryInput, keptApart: readonly KeptApart[]): RediscoveryInput {
  const { mustLink, cannotLink } = input.constraints;
  return { ...input, constraints: { mustLink, cannotLink: [...cannotLink, ...keptApart] } };
}

/** Rows of waiting images that retired sources would accept. */
async function rowsOfRetired(state: CaseState): Promise<ReadonlySet<number>> {
  if (!state.registry.sources.some((source) => source.state === 'retired')) return new Set();
  const model = openCaseModel(state);
  try {
    const { run, sources, buffer } = model;
    const { test, exemplars: established } = sources;
    const seed = entrySeed(run.config.run.seed, state.entries.length + 1);
    const sourceCount = sources.sources.length;
    const { source } = attributeRows(
      { established, sourceCount, test, options: run.options },
      buffer.features,
      seed,
    );
    const ofRetired = rowsWhere(source, (label) => isRetired(state.registry, sources.sources[label] ?? 0));
    return new Set(ofRetired.map((i) => buffer.rows[i] as number));
  } finally {
    await model.run.close();
  }
}

/** @param waiting rows of images that are left out although they have no source. */
function assemble(state: CaseState, inputs: readonly CaseInputs[], waiting: ReadonlySet<number>): Assembled {
  const usable = (records: readonly ImageRecord[]) => records.filter(({ status }) => status === 'ok');
  const aside = new Set(imagesOf(state, 'set-aside'));
  const labelled = new Set(imagesOf(state, 'known'));
  const [run] = inputs as [CaseInputs];
  const numberOf = knownNumbers(state);
  const known = usable(run.known).flatMap((record) => {
    const number = record.source === null ? undefined : numberOf.get(record.source);
    return number === undefined ? [] : [{ ...record, source: sourceId(number) }];
  });
  const discovery: ImageRecord[] = [];
  const discoveryRows: number[] = [];
  const labelledRows: number[] = [];
  inputs
    .flatMap((input) => usable(input.discovery))
    .forEach((record, row) => {
      const number = state.labels[row] as number;
      if (labelled.has(record.id) && number !== 0) {
        known.push({ ...record, source: sourceId(number) });
        labelledRows.push(row);
      } else if (!aside.has(record.id) && !waiting.has(row)) {
        discovery.push({ ...record, source: null });
        discoveryRows.push(row);
      }
    });
  return {
    known,
    discovery,
    discoveryRows: Int32Array.from(discoveryRows),
    labelledRows: Int32Array.from(labelledRows),
  };
}

function imagesOf({ constraints }: CaseState, kind: 'set-aside' | 'known'): ImageId[] {
  return constraints.flatMap((constraint) => (constraint.kind === kind ? constraint.images : []));
}

function featuresOf(
  state: CaseState,
  config: ResolvedConfig,
  inputs: readonly CaseInputs[],
  { known, discoveryRows, labelledRows }: Assembled,
): Pick<RediscoveryInput, 'described' | 'imported'> {
  if (config.data.known === null) {
    const all = readImportedDiscovery(state, config);
    const own = readImportedKnown(
      config,
      known.slice(0, known.length - labelledRows.length).map(({ id }) => id),
    );
    return {
      described: [],
      imported: {
        known: concatenateRows(own, selectRows(all, labelledRows)),
        discovery: selectRows(all, discoveryRows),
      },
    };
  }
  const needsNone = trainsBackbone(config.rounds) && inputs.some(({ described }) => described === null);
  return { described: needsNone ? [] : openCaseDescriptions(state, config, inputs), imported: null };
}
