import { decodeNpy, encodeNpy, type NpyArray } from '@ganscout/data-model';
import type { MahalanobisDetector } from '@ganscout/ood-scores';
import type { WtaDetector } from '@ganscout/wta-ood';
import type { StageWriter } from './stage-store.js';
import type { SourceTest } from './stages/source-test.js';

const WTA_ARRAYS = [
  'sizes',
  'counts',
  'thresholds',
  'scales',
  'ownDistances',
  'ownStart',
  'reference',
] as const;
const MAHALANOBIS_ARRAYS = ['sizes', 'means', 'whitener'] as const;
const REFERENCE_ARRAYS = ['wta', 'mahalanobis'] as const;

/** Writes a test as `test.json` and one array a file, so that images to come can be tested alike. */
export function writeSourceTest(writer: Pick<StageWriter, 'write'>, test: SourceTest): void {
  const write = (name: string, data: NpyArray['data']) =>
    writer.write(`test-${name}.npy`, encodeNpy({ shape: [data.length], data }));
  const { wta, fused, falseRejectRate } = test;
  const { hash, space, sourceCount, uncalibrated } = wta;
  const { axes, ...hashRest } = hash;
  const plain = {
    falseRejectRate,
    space,
    sourceCount,
    uncalibrated,
    hash: hashRest,
    isFused: fused !== null,
  };
  writer.write('test.json', `${JSON.stringify(plain, null, 2)}\n`);
  write('wta-axes', axes);
  // An array, since JSON has no infinity.
  write('wta-limit', Float64Array.of(wta.acceptanceLimit));
  for (const name of WTA_ARRAYS) write(`wta-${name}`, wta[name]);
  if (fused === null) return;
  for (const name of MAHALANOBIS_ARRAYS) write(`mahalanobis-${name}`, fused.mahalanobis[name]);
  for (const name of REFERENCE_ARRAYS) write(`reference-${name}`, fused.reference[name]);
}

/** Reads the test that {@link writeSourceTest} wrote. */
export function readSourceTest(read: (name: string) => Uint8Array): SourceTest {
  const plain = JSON.parse(new TextDecoder().decode(read('test.json')));
  const { falseRejectRate, space, sourceCount, uncalibrated, hash, isFused } = plain;
  const array = (name: string) => decodeNpy(read(`test-${name}.npy`)).data;
  const arrays = (kind: string, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, array(`${kind}-${name}`)]));
  const wta = {
    ...arrays('wta', WTA_ARRAYS),
    hash: { ...hash, axes: array('wta-axes') },
    acceptanceLimit: array('wta-limit')[0],
    space,
    sourceCount,
    uncalibrated,
  } as unknown as WtaDetector;
  if (!isFused) return { falseRejectRate, wta, fused: null };
  const mahalanobis = {
    ...arrays('mahalanobis', MAHALANOBIS_ARRAYS),
    space,
    sourceCount,
    dims: hash.dims,
  } as unknown as MahalanobisDetector;
  const reference = arrays('reference', REFERENCE_ARRAYS) as unknown as {
    wta: Float64Array;
    mahalanobis: Float64Array;
  };
  return { falseRejectRate, wta, fused: { mahalanobis, reference } };
}
