export { embedImage, type ImageEmbeddingOptions } from './image-embedding.js';
export type { ImageSize, Layout } from './image-input.js';
export { averageRowsByImage } from './image-rows.js';
export { cutTiles, type PixelImage, placeTiles, type TilePosition } from './image-tiles.js';
export { type Normalization, normalizePixels } from './pixel-normalization.js';
export type { TensorflowEngine } from './tensorflow-engines.js';
export { openUserModel, type UserModel, type UserModelOptions } from './user-model.js';
