export {
  type ContentBasis,
  decodeContentBasis,
  encodeContentBasis,
  fitContentBasis,
  type WhiteningData,
} from './content-basis.js';
export {
  applyContentWhitening,
  type ContentWhitening,
  decodeContentWhitening,
  encodeContentWhitening,
  fitContentWhitening,
  type WithinSources,
  whitenBasis,
} from './content-whitening.js';
export { createDescriber, type DescribedImage, type DescribeRequest, type Describer } from './describer.js';
export { DESCRIPTOR_DIMS, describeImage, type ImageDescription } from './descriptor.js';
export { DESCRIPTOR_PARTS, type DescriptorPart } from './descriptor-parts.js';
export { balancedClassWeights } from './embedding-batches.js';
export {
  decodeEmbedding,
  type EmbeddingEpoch,
  type EmbeddingModel,
  embed,
  encodeEmbedding,
} from './embedding-model.js';
export type { EmbeddingLayer } from './embedding-network.js';
export { type EmbeddingTrainingContext, trainEmbedding } from './embedding-training.js';
export { type DescriptorOptions, descriptorOptionsSchema } from './options-descriptor.js';
export { type EmbeddingOptions, embeddingOptionsSchema } from './options-embedding.js';
export { type WhiteningOptions, whiteningOptionsSchema } from './options-whitening.js';
export { fitPrincipalComponents, type PrincipalComponents } from './principal-components.js';
export { cropCount } from './regions.js';
export { autocorrelationOf, type ResidualAutocorrelation } from './residual-autocorrelation.js';
export {
  createSpectrumCollector,
  type ResidualSpectrum,
  type SpectrumCollector,
} from './residual-spectrum.js';
export { findSpectrumPeaks, type PeakOptions, type SpectrumPeak } from './residual-spectrum-peaks.js';
export { MINIMUM_SIDE, type RgbImage } from './rgb-image.js';
export { partOfRows, type RowSource, rowBatches, rowsOf } from './row-source.js';
export {
  contrastSources,
  type LabelledDescriptions,
  type PartContrast,
  type Separation,
  type SourceContrast,
  type ValueContrast,
} from './source-contrasts.js';
