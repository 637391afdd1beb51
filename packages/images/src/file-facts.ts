import { describeProfile } from './color-profile.js';
import { estimateQuality, type JpegComponent, type JpegSegment, listSegments } from './jpeg-tables.js';
import { readText, readUint32, toPlain } from './plain-bytes.js';

/**
 * What a file says of how it was made, apart from its pixels: one plain line each, '' if unknown or if its format has
 * no such thing.
 */
export interface FileFacts {
  /** Pixels of the whole image, as `256x256`. */
  readonly size: string;
  /** JPEG: `baseline`, `progressive` …; PNG: `rgb8`, `palette4 interlaced` …; WebP: `lossy`, `lossless`, `animated`. */
  readonly encoding: string;
  /** `1` … `100`, or `custom:` and eight digits that name the tables. */
  readonly jpegQuality: string;
  /** JPEG: `4:4:4`, `4:2:2`, `4:2:0`, `4:4:0`, `4:1:1`, `gray`, or the sampling factors of each component. */
  readonly chroma: string;
  /** Description of the embedded profile, or `none`. */
  readonly colorProfile: string;
  /** Names of what else the file holds, ascending, as `Exif, JFIF` or `pHYs, tEXt:Software`; values are not read. */
  readonly metadata: string;
}

/** Facts of a file of which nothing is known. */
export const NO_FACTS: FileFacts = {
  size: '',
  encoding: '',
  jpegQuality: '',
  chroma: '',
  colorProfile: '',
  metadata: '',
};

type ContainerFacts = Pick<FileFacts, 'encoding' | 'metadata'> &
  Partial<Pick<FileFacts, 'jpegQuality' | 'chroma'>>;

/** More chunks than this, and more names of metadata, are not read. */
const MOST_CHUNKS = 1000;
const MOST_NAMES = 12;

/** Processes by the marker of the frame header, 0xc0 and on. Source: ITU-T T.81, table B.1. */
const JPEG_PROCESSES: Readonly<Record<number, string>> = {
  192: 'baseline',
  193: 'extended',
  194: 'progressive',
  195: 'lossless',
  201: 'extended arithmetic',
  202: 'progressive arithmetic',
  203: 'lossless arithmetic',
};
const XMP = 'http://ns.adobe.com/xap/';

/** Color types by number. Source: W3C PNG Specification, 11.2.1. */
const PNG_COLORS: Readonly<Record<number, string>> = {
  0: 'gray',
  2: 'rgb',
  3: 'palette',
  4: 'gray-alpha',
  6: 'rgba',
};

/** What is known of a file already when its facts are read. */
export interface FactsHeader {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** Embedded ICC profile. */
  readonly profile: Uint8Array | null;
}

/**
 * Reads the facts of a file from its headers; what is broken or cut off there is left unknown.
 *
 * Never throws, whatever the bytes are. Cost: O(1) in the number of pixels, at most 1000 segments.
 */
export function readFileFacts(bytes: Uint8Array, { width, height, format, profile }: FactsHeader): FileFacts {
  const readers: Readonly<Record<string, (bytes: Uint8Array) => ContainerFacts>> = {
    jpeg: readJpegFacts,
    png: readPngFacts,
    webp: readWebpFacts,
  };
  return {
    ...NO_FACTS,
    ...readers[format]?.(bytes),
    size: `${width}x${height}`,
    colorProfile: describeProfile(profile),
  };
}

function readJpegFacts(bytes: Uint8Array): ContainerFacts {
  const segments = listSegments(bytes);
  const frame = segments.find(({ marker }) => JPEG_PROCESSES[marker] !== undefined);
  const components = frame === undefined ? [] : readComponents(frame.data);
  return {
    encoding: JPEG_PROCESSES[frame?.marker ?? 0] ?? '',
    jpegQuality: estimateQuality(segments, components),
    chroma: describeSampling(components),
    metadata: listNames(segments.flatMap(nameSegment)),
  };
}

/** Components of a frame header: 6 bytes of sizes, then 3 bytes each. Source: ITU-T T.81, B.2.2. */
function readComponents(frame: Uint8Array): JpegComponent[] {
  const count = frame[5] ?? 0;
  if (frame.length < 6 + 3 * count) return [];
  return Array.from({ length: count }, (_, i) => {
    const at = 6 + 3 * i;
    const factors = frame[at + 1] as number;
    return { across: factors >> 4, down: factors & 15, table: frame[at + 2] as number };
  });
}

function describeSampling(components: readonly JpegComponent[]): string {
  if (components.length < 2) return components.length === 1 ? 'gray' : '';
  const factors = components.map(({ across, down }) => `${across}x${down}`);
  const all = factors.slice(0, 5).join(' ');
  const [luma, blue] = components as [JpegComponent, JpegComponent];
  if (components.length !== 3 || factors[1] !== factors[2]) return all;
  const ratio = `${luma.across / blue.across} ${luma.down / blue.down}`;
  const names: Readonly<Record<string, string>> = {
    '1 1': '4:4:4',
    '2 1': '4:2:2',
    '2 2': '4:2:0',
    '1 2': '4:4:0',
    '4 1': '4:1:1',
  };
  return names[ratio] ?? all;
}

function nameSegment({ marker, data }: JpegSegment): string[] {
  if (marker === 0xfe) return ['comment'];
  if (marker < 0xe0 || marker > 0xef) return [];
  const name = readText(data, 0, 32).replace(/[^ -~].*/s, '');
  if (name.startsWith(XMP)) return ['XMP'];
  return [name.length < 3 ? `APP${marker - 0xe0}` : name];
}

function readPngFacts(bytes: Uint8Array): ContainerFacts {
  const names: string[] = [];
  let at = 8;
  for (let i = 0; i < MOST_CHUNKS && at + 12 <= bytes.length; i++) {
    const type = readText(bytes, at + 4, 4);
    if (!/^[A-Za-z]{4}$/.test(type)) break;
    const isText = type === 'tEXt' || type === 'zTXt' || type === 'iTXt';
    // A lower-case first letter marks a chunk that a reader may do without.
    if (type > 'Z') names.push(isText ? `${type}:${readText(bytes, at + 8, 79)}` : type);
    at += 12 + readUint32(bytes, at);
  }
  const [bits, color, , , interlace] = bytes.subarray(24, 29);
  const model = PNG_COLORS[color ?? 1];
  const isHeader = readText(bytes, 12, 4) === 'IHDR' && bytes.length > 28 && model !== undefined;
  return {
    encoding: isHeader ? `${model}${bits}${interlace === 0 ? '' : ' interlaced'}` : '',
    metadata: listNames(names),
  };
}

/** Source: RFC 9649, section 2. */
function readWebpFacts(bytes: Uint8Array): ContainerFacts {
  const encodings: Readonly<Record<string, string>> = {
    'VP8 ': 'lossy',
    VP8L: 'lossless',
    ANIM: 'animated',
  };
  const names: string[] = [];
  let encoding = '';
  let at = 12;
  for (let i = 0; i < MOST_CHUNKS && at + 8 <= bytes.length; i++) {
    const type = readText(bytes, at, 4);
    encoding ||= encodings[type] ?? '';
    if (/^(EXIF|XMP |ICCP)$/.test(type)) names.push(type.trim());
    const length = new DataView(bytes.buffer, bytes.byteOffset + at + 4, 4).getUint32(0, true);
    at += 8 + length + (length % 2);
  }
  return { encoding, metadata: listNames(names) };
}

function listNames(names: readonly string[]): string {
  const distinct = [...new Set(names.map(toPlain))].sort();
  return distinct.length === 0 ? 'none' : distinct.slice(0, MOST_NAMES).join(', ');
}
