import type { Comparison, PeerResult } from '../benchmark.js';

/** Largest peak memory of ours, as a multiple of the peer's. */
const MEMORY_AIM = 1.3;
/** Largest difference of results, as a share of the peer's. */
const DIFFERENCE_AIM = 1e-3;

/** Compares two trainings: the losses of the first steps, and peak memory. */
export function compareTraining(ours: PeerResult, peer: PeerResult | null): Comparison {
  const losses = readNumbers(ours.losses);
  const range = `${losses[0]!.toPrecision(4)} to ${losses.at(-1)!.toPrecision(4)} in ${losses.length} steps`;
  if (peer === null) return { note: `loss ${range}; ${memoryAlone(ours)}`, holds: true };
  const difference = largestShare(losses, readNumbers(peer.losses));
  const note = `loss ${range}, the peer's within ${difference.toExponential(1)} of it`;
  return withMemory({ note, holds: difference <= DIFFERENCE_AIM }, ours, peer);
}

/** Compares two inferences: logarithms of probabilities, and peak memory. */
export function compareInference(ours: PeerResult, peer: PeerResult | null): Comparison {
  if (peer === null) return { note: memoryAlone(ours), holds: true };
  const [scores, theirs] = [readNumbers(ours.scores), readNumbers(peer.scores)];
  const largest = Math.max(...theirs.map(Math.abs));
  const difference = Math.max(...differences(scores, theirs)) / largest;
  const note = `scores within ${difference.toExponential(1)} of the largest`;
  return withMemory({ note, holds: difference <= DIFFERENCE_AIM }, ours, peer);
}

function withMemory({ note, holds }: Comparison, ours: PeerResult, peer: PeerResult): Comparison {
  const theirs = Number(peer.peakMegabytes);
  const ratio = Number(ours.peakMegabytes) / theirs;
  const text = `${memoryAlone(ours)}, peer ${theirs.toFixed(0)} MB, ratio ${ratio.toFixed(2)} (aim ${MEMORY_AIM})`;
  return { note: `${note}; ${text}`, holds: holds && ratio <= MEMORY_AIM };
}

function memoryAlone({ peakMegabytes }: PeerResult): string {
  return `peak memory ${Number(peakMegabytes).toFixed(0)} MB`;
}

/** Numbers in a text, between single spaces. */
function readNumbers(text: PeerResult[string] | undefined): number[] {
  return String(text).split(' ').map(Number);
}

/** Largest difference as a share of the peer's value at that place. */
function largestShare(ours: readonly number[], peer: readonly number[]): number {
  return Math.max(...differences(ours, peer).map((difference, i) => difference / Math.abs(peer[i]!)));
}

/** @throws {Error} if one has more values than the other. */
function differences(ours: readonly number[], peer: readonly number[]): number[] {
  if (ours.length !== peer.length)
    throw new Error(`ours and the peer must give equally many values, got ${ours.length} and ${peer.length}`);
  return ours.map((value, i) => Math.abs(value - peer[i]!));
}
