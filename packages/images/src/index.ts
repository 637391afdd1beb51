export { COLOR_SCALES, type ColorScale, colorAt } from './color-scale.js';
export { compressedCopy } from './compressed-copy.js';
export { type CsvTable, formatCsvRow, parseCsv } from './csv.js';
export { cutPatch, layCenteredPatches } from './cut-patches.js';
export { decodeImage } from './decode-image.js';
export { type FileFacts, NO_FACTS } from './file-facts.js';
export { drawFramedMap, type MapFrame, type Tick } from './framed-map.js';
export { type ColoredMap, colorMap, drawColorBar, overlayMap } from './heat-overlay.js';
export {
  fileId,
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
export { cutPatchBatch, type PatchBatch } from './patch-batch.js';
export type { Augmentation, PatchDraw } from './patch-draw.js';
export type { PatchPlace } from './patch-filling.js';
export { createPatchLoader, type PatchLoader, type PatchLoaderOptions } from './patch-loader.js';
export { createPicture, encodePng, magnify, placeImage } from './picture.js';
export { drawSheet, type SheetCell, type SheetLayout } from './picture-sheet.js';
export { PIXEL_BUDGET, type ReadingOptions, type ReadResult, readImages } from './read-images.js';
export { type MatchedTruth, matchTruth, readTruth, type Truth } from './read-truth.js';
export { type FileState, type WatchOptions, watchSettledFiles } from './settled-files.js';
