import type { EntryDraft } from '../case-entry.js';
import { moveFiles } from '../case-files.js';
import { bufferFiles, openCaseModel, sourceModelFiles } from '../case-model.js';
import type { CaseState } from '../case-state.js';
import { commitEntry } from '../commit-entry.js';
import { entrySeed } from '../entry-seed.js';
import { CASE_REASON } from '../reasons.js';
import { applyEvents } from '../registry/registry.js';
import { writeCase } from '../write-case.js';
import { remodelBuffer, remodelSources } from './remodel-sources.js';
import type { OperationPlan } from './source-operations.js';

/**
 * Does what a person says of sources: plans it on the case as it stands, and writes it as one entry.
 *
 * @param plan throws if the operation does not fit the case.
 * @returns the state after it, and the plan.
 * @throws {FolderLockedError} if another process is writing to the case. @throws as `plan` and `writeCase`.
 *
 * Cost: where images change their source, that of fitting the test on the exemplars.
 */
export function writeOperation(
  directory: string,
  plan: (state: CaseState) => OperationPlan,
  { now }: { now: () => Date },
): Promise<{ readonly state: CaseState; readonly plan: OperationPlan }> {
  return writeCase(directory, now, async (state) => {
    const planned = plan(state);
    return { state: commitEntry(state, await draftOperation(state, planned), now), plan: planned };
  });
}

async function draftOperation(
  state: CaseState,
  { kind, body, moved, modelChanges }: OperationPlan,
): Promise<EntryDraft> {
  const files = new Map<string, Uint8Array | string>();
  const count = moved.rows.length;
  if (count > 0) {
    const reason = kind === 'undone' ? CASE_REASON.undone : CASE_REASON.placedByPerson;
    for (const [name, content] of moveFiles(moved, new Uint8Array(count).fill(reason)))
      files.set(name, content);
  }
  if (modelChanges)
    for (const [name, content] of await modelFilesAfter(state, { body, moved })) files.set(name, content);
  return { kind, body, files, vouched: [] };
}

async function modelFilesAfter(
  state: CaseState,
  { body, moved: { rows, to } }: Pick<OperationPlan, 'body' | 'moved'>,
): Promise<Map<string, Uint8Array | string>> {
  const entry = state.entries.length + 1;
  const labels = state.labels.slice();
  rows.forEach((row, i) => {
    labels[row] = to[i] as number;
  });
  const registry = applyEvents(state.registry, body.events, entry);
  const model = openCaseModel(state);
  try {
    const after = { ...state, labels, registry };
    const seed = entrySeed(model.run.config.run.seed, entry);
    const sources = await remodelSources(after, model, rows, seed);
    const buffer = await remodelBuffer(after, model);
    return new Map([...sourceModelFiles(sources), ...(buffer === model.buffer ? [] : bufferFiles(buffer))]);
  } finally {
    await model.run.close();
  }
}
