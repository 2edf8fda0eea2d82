import { engine, registerGradient, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Core differentiates a convolution once. Output, input gradient and filter gradient are each linear in two of one another, so that every
 * derivative of the three is again one of the three: with these, convolutions are differentiable as often as one likes, exactly.
 */
interface Family {
  readonly forward: string;
  readonly inputGradient: string;
  readonly filterGradient: string;
}

const FULL: Family = { forward: 'Conv2D', inputGradient: 'Conv2DBackpropInput', filterGradient: 'Conv2DBackpropFilter' };
const DEPTHWISE: Family = { forward: 'DepthwiseConv2dNative', inputGradient: 'DepthwiseConv2dNativeBackpropInput', filterGradient: 'DepthwiseConv2dNativeBackpropFilter' };

const run = (kernel: string, inputs: NamedTensorMap, attributes: object): Tensor => engine().runKernel(kernel, inputs, attributes as NamedAttrMap);

/** The gradient of a filter gradient [kh, kw, I, O] with respect to the maps and to the output's gradient that it was made of. */
function registerFilterGradient({ forward, inputGradient, filterGradient }: Family): void {
  registerGradient({
    kernelName: filterGradient,
    inputsToSave: ['x', 'dy'],
    gradFunc: (ddFilter, saved, attributes) => {
      const [x, dy] = saved as [Tensor, Tensor];
      const { filterShape: _, ...rest } = attributes as { filterShape: number[] };
      return {
        x: () => run(inputGradient, { dy, filter: ddFilter as Tensor }, { ...rest, inputShape: x.shape }),
        dy: () => run(forward, { x, filter: ddFilter as Tensor }, { dilations: [1, 1], ...rest }),
      };
    },
  });
}

/** The gradient of an input gradient with respect to the output's gradient and to the filter; core has that of the full convolution. */
function registerInputGradient({ forward, inputGradient, filterGradient }: Family): void {
  registerGradient({
    kernelName: inputGradient,
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, saved, attributes) => {
      const [dy, filter] = saved as [Tensor, Tensor];
      const { inputShape: _, ...rest } = attributes as { inputShape: number[] };
      return {
        dy: () => run(forward, { x: ddx as Tensor, filter }, rest),
        filter: () => run(filterGradient, { x: ddx as Tensor, dy }, { ...rest, filterShape: filter.shape }),
      };
    },
  });
}

registerFilterGradient(FULL);
registerFilterGradient(DEPTHWISE);
registerInputGradient(DEPTHWISE);
