/** Packages that need not be installed; what is used of them is in tensorflow-library.ts. */
declare module '@tensorflow/tfjs-backend-wasm';
declare module '@tensorflow/tfjs-converter';
declare module '@tensorflow/tfjs-core';
declare module '@tensorflow/tfjs-layers';
declare module '@tensorflow/tfjs-node';
declare module '@tensorflow/tfjs-node-gpu';
