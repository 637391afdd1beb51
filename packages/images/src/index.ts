export { compressedCopy } from './compressed-copy.js';
export { type CsvTable, formatCsvRow, parseCsv } from './csv.js';
export { decodeImage } from './decode-image.js';
export { type FileFacts, NO_FACTS } from './file-facts.js';
export {
  type ImageRecord,
  type ImageSet,
  type ImageStatus,
  markUnreadable,
  type Patch,
  type RgbImage,
  unopenedRecord,
} from './image-record.js';
export { DecodeError, InputError } from './input-error.js';
export { type InspectionOptions, inspectImages, type Progress } from './inspect-images.js';
export { type ListingOptions, listDiscoveryImages, listGivenImages, listKnownImages } from './list-images.js';
export type { ListedFile, Listing } from './listing.js';
export { type ReadingOptions, type ReadResult, readImages } from './read-images.js';
export { type MatchedTruth, matchTruth, readTruth, type Truth } from './read-truth.js';
