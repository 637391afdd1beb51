import { fileId, type ImageRecord } from '@ganscout/images';

type HistoryRecord = Pick<ImageRecord, 'id' | 'format' | 'facts'>;

/** Kinds of history, in the order in which they are named. */
const HISTORIES = [
  'lossless',
  'JPEG of quality 90 to 100',
  'JPEG of quality 75 to 89',
  'JPEG of quality below 75',
  'JPEG with tables of their own',
] as const;
type HistoryName = (typeof HISTORIES)[number];

/** Files of one history; custom tables of JPEG are a band each. */
interface Band {
  readonly name: HistoryName;
  readonly known: number;
  readonly discovery: number;
}

/** Share of the discovery files that must be in bands that the labelled files lack. */
const LEAST_SHIFTED = 0.5;
/** A band that holds a smaller share of the labelled files counts as lacking. */
const LEAST_LABELLED = 0.01;
/** Tables that fewer files have are no sign of one encoder: some cameras make tables for each image. */
const FEWEST_FILES = 5;

/**
 * Says that the discovery files have a history of compression that the labelled files lack, if at least half do.
 *
 * What is known of the known sources is learned from labelled files, so that an image of a known source looks foreign if
 * it was compressed as hardly any of them was. By its file an image is lossless (PNG, TIFF, GIF, lossless WebP), or
 * JPEG of quality 90 to 100, 75 to 89 or below 75, or JPEG with custom quantization tables, each of which is a band of
 * its own. A band with less than 1 % of the labelled files is one that they lack. Of files of other formats or of unknown
 * quality nothing is said, nor of tables that fewer than five files have; they count in the shares all the same. A file
 * counts once, however many patches it has.
 *
 * What a file was before it was last saved cannot be seen: a PNG may have been a JPEG.
 *
 * @returns one line that names the histories and the option; null if there is nothing to say.
 *
 * Cost: O(N).
 */
export function describeHistoryShift(
  known: readonly HistoryRecord[],
  discovery: readonly HistoryRecord[],
): string | null {
  const [knownFiles, discoveryFiles] = [listFiles(known), listFiles(discovery)];
  const bands = countBands(knownFiles, discoveryFiles);
  const shifted = bands.filter(
    (band) => band.known < LEAST_LABELLED * knownFiles.length && band.discovery > 0,
  );
  const share = shifted.reduce((sum, band) => sum + band.discovery, 0) / discoveryFiles.length;
  if (!(share >= LEAST_SHIFTED)) return null;
  const names = HISTORIES.filter((history) => shifted.some(({ name }) => name === history)).join(' or ');
  return `${Math.round(100 * share)} % of the discovery files are ${names}, as hardly any labelled file is; if files of either set were compressed after they were made, set extractor.whitening.compressionWeight to 0.3`;
}

function listFiles(records: readonly HistoryRecord[]): HistoryRecord[] {
  return [...new Map(records.map((record) => [fileId(record.id), record])).values()];
}

/** The bands of which something can be said. */
function countBands(known: readonly HistoryRecord[], discovery: readonly HistoryRecord[]): Band[] {
  const bands = new Map<string, Band>();
  for (const [set, files] of Object.entries({ known, discovery })) {
    for (const record of files) {
      const name = historyOf(record);
      if (name === null) continue;
      const key = name === 'JPEG with tables of their own' ? record.facts.jpegQuality : name;
      const band = bands.get(key) ?? { name, known: 0, discovery: 0 };
      bands.set(key, { ...band, [set]: band[set as 'known' | 'discovery'] + 1 });
    }
  }
  return [...bands.values()].filter(
    (band) => band.name !== 'JPEG with tables of their own' || band.known + band.discovery >= FEWEST_FILES,
  );
}

/** Null if the file does not tell, or tells of a compression that is not JPEG. */
function historyOf({ format, facts: { encoding, jpegQuality } }: HistoryRecord): HistoryName | null {
  if (['png', 'tiff', 'gif'].includes(format) || (format === 'webp' && encoding === 'lossless'))
    return 'lossless';
  if (format !== 'jpeg' || jpegQuality === '') return null;
  if (jpegQuality.startsWith('custom:')) return 'JPEG with tables of their own';
  const quality = Number(jpegQuality);
  if (quality >= 90) return 'JPEG of quality 90 to 100';
  return quality >= 75 ? 'JPEG of quality 75 to 89' : 'JPEG of quality below 75';
}
