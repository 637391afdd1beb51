import { type ImageRecord, InputError } from '@ganscout/images';
import { gatherInputs, gatherTruth, type Listener, type ResolvedConfig } from '@ganscout/pipeline';

/** The images of a configuration, with all that is known of their sources. */
export interface BenchImages {
  /** Labelled, all with a source. */
  readonly known: readonly ImageRecord[];
  /** Unlabelled; their sources are the true ones, null where the truth does not name one. */
  readonly discovery: readonly ImageRecord[];
}

/**
 * Lists and inspects the images of a configuration, and gives those of the discovery set their true sources.
 *
 * @throws {InputError} if the configuration names no images, or no true sources of them, and what is missing.
 */
export async function gatherBenchImages(
  config: ResolvedConfig,
  listener: Listener,
  signal: AbortSignal,
): Promise<BenchImages> {
  checkConfig(config);
  const inputs = await gatherInputs(config, listener, signal);
  const usable = ({ records }: { records: readonly ImageRecord[] }) =>
    records.filter(({ status }) => status === 'ok');
  const unlabelled = usable(inputs.discovery);
  const { sources, groups } = await gatherTruth(config, unlabelled, listener);
  if (sources.every((source) => source === null)) {
    throw new InputError(
      config.data.truth === null
        ? 'bench scores against true sources, and data.truth is missing: name a table with the columns path and source'
        : `${config.data.truth} names the source of no image in ${config.data.discovery}; its paths are relative to the table`,
    );
  }
  const discovery = unlabelled.map((record, i) => ({
    ...record,
    source: sources[i] ?? null,
    group: groups[i] ?? record.group,
  }));
  return { known: usable(inputs.known).filter(({ source }) => source !== null), discovery };
}

function checkConfig({ data, rounds }: ResolvedConfig): void {
  if (data.known === null || data.discovery === null) {
    throw new InputError(
      'bench needs images, data.known and data.discovery, with data.truth; features computed elsewhere cannot be perturbed, nor split anew',
    );
  }
  if (rounds[0]?.extractor.backbone) {
    throw new InputError(
      'bench describes images by the descriptor, once for all methods, and extractor.backbone is set; set it to null',
    );
  }
}
