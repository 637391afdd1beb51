import type { GraphValue } from '@ganscout/autodiff';
import { type Backbone, sketchBackbone } from './backbone.js';
import { type ConvolutionLayer, Layers } from './layers.js';
import type { WeightTensor } from './weights.js';

/** Size of a backbone, and its work for one image. */
export interface NetworkCost {
  /** Learned numbers; running averages are none. */
  readonly parameters: number;
  /** Of convolutions, linear layers and transforms; what adds no product of two numbers is left out. */
  readonly multiplyAdds: number;
}

/**
 * Counts the parameters and multiply-adds of a backbone for one image.
 *
 * @param image height and width.
 * @throws {RangeError} if the images do not fit the network.
 */
export function networkCost(backbone: Backbone, image: number): NetworkCost {
  const layers = new CountingLayers(backbone.name, { isSketch: true, isTrained: () => true });
  sketchBackbone(backbone, image, layers);
  let parameters = 0;
  for (const { initial } of layers.arrays.parameters.values()) parameters += initial.length;
  return { parameters, multiplyAdds: layers.multiplyAdds };
}

class CountingLayers extends Layers {
  multiplyAdds = 0;

  override convolution(x: GraphValue, name: string, layer: ConvolutionLayer): GraphValue {
    const result = super.convolution(x, name, layer);
    this.#countKernels(result, this.arrays.weights.get(`${name}.weight`)!);
    return result;
  }

  override fixedConvolution(
    x: GraphValue,
    weight: WeightTensor,
    layer?: Pick<ConvolutionLayer, 'padding' | 'groups'>,
  ): GraphValue {
    const result = super.fixedConvolution(x, weight, layer);
    this.#countKernels(result, weight);
    return result;
  }

  override linear(...call: Parameters<Layers['linear']>): GraphValue {
    const result = super.linear(...call);
    this.multiplyAdds += this.arrays.weights.get(`${call[1]}.weight`)!.data.length;
    return result;
  }

  override dct2d(x: GraphValue): GraphValue {
    const { channels, height, width } = this.sizes(x);
    this.multiplyAdds += channels * height * width * (height + width);
    return super.dct2d(x);
  }

  /** Each element of each map takes one product with each element of its kernel. */
  #countKernels(result: GraphValue, { data }: WeightTensor): void {
    const { height, width } = this.sizes(result);
    this.multiplyAdds += data.length * height * width;
  }
}
