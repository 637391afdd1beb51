/** What is used of TensorFlow.js 4, whichever package it comes from. */
export interface TensorflowLibrary {
  readonly version_core: string;
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  tensor(data: Float32Array, shape: readonly number[]): TensorflowTensor;
  /** Frees the tensors made by `compute`, except the one it returns. */
  tidy(compute: () => TensorflowTensor): TensorflowTensor;
  model(ends: { inputs: readonly TensorflowValue[]; outputs: TensorflowValue }): LayersModel;
  loadLayersModel(handler: ModelHandler): Promise<LayersModel>;
  loadGraphModel(handler: ModelHandler): Promise<GraphModel>;
}

/** Numbers in the memory of the backend. */
export interface TensorflowTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** A value that a model takes or gives; a size that is left open is null or -1. A graph need not say type and shape. */
export interface TensorflowValue {
  readonly name: string;
  readonly dtype?: string | undefined;
  readonly shape?: readonly (number | null)[] | undefined;
}

/** A value that a layer gives. */
export interface LayerValue extends TensorflowValue {
  readonly sourceLayer: { readonly name: string };
}

/** A Keras model. */
export interface LayersModel {
  readonly inputs: readonly TensorflowValue[];
  readonly outputs: readonly LayerValue[];
  getLayer(name: string): { readonly output: TensorflowValue | readonly TensorflowValue[] };
  predict(images: TensorflowTensor, options: { batchSize: number }): TensorflowTensor;
  dispose(): void;
}

/** A converted TensorFlow graph. */
export interface GraphModel {
  readonly inputs: readonly TensorflowValue[];
  readonly outputs: readonly TensorflowValue[];
  execute(images: Readonly<Record<string, TensorflowTensor>>, output: string): TensorflowTensor;
  dispose(): void;
}

/** Hands a model over to TensorFlow.js without any path or address that it could fetch from. */
export interface ModelHandler {
  load(): Promise<ModelArtifacts>;
}

/** A model as it is stored. */
export interface ModelArtifacts {
  readonly format: 'layers-model' | 'graph-model';
  readonly modelTopology: object;
  readonly weightSpecs: readonly WeightEntry[];
  /** All weights, one after the other. */
  readonly weightData: ArrayBuffer;
  readonly signature?: GraphSignature;
  readonly userDefinedMetadata?: object;
}

/** What a graph takes and gives, by names of the signature's own. */
export interface GraphSignature {
  readonly inputs?: Readonly<Record<string, SignedValue>>;
  readonly outputs?: Readonly<Record<string, SignedValue>>;
}

/** A value by the name of its node; a size that is left open is -1. */
export interface SignedValue {
  readonly name?: string;
  /** As TensorFlow calls it: DT_FLOAT. */
  readonly dtype?: string;
  readonly tensorShape?: { readonly dim?: readonly { readonly size: string | number }[] };
}

/** One weight in the manifest of a model. */
export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string } | undefined;
}
