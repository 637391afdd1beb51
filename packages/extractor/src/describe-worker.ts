import { parentPort, workerData } from 'node:worker_threads';
import { describeImage, type ImageDescription } from './descriptor.js';
import type { DescriptorOptions } from './options-descriptor.js';
import type { RgbImage } from './rgb-image.js';

/** What a worker sends back for each image it is sent. */
export type DescribeAnswer = { readonly description: ImageDescription } | { readonly error: unknown };

const options = workerData as DescriptorOptions;

parentPort?.on('message', (image: RgbImage) => {
  try {
    const description = describeImage(image, options);
    const buffers = [description.whole.buffer, description.crops.buffer] as ArrayBuffer[];
    parentPort?.postMessage({ description } satisfies DescribeAnswer, buffers);
  } catch (error) {
    parentPort?.postMessage({ error } satisfies DescribeAnswer);
  }
});
