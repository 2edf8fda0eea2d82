import { oneOf, text, type OptionValues } from './option.ts';

/** Every option of `cxr-ifa checkpoint export`. */
export const exportCheckpointOptions = {
  out: { description: 'the safetensors file to write', value: '<file>', schema: text },
  precision: { description: 'float32, or float16 for weights of half the size; biases and batch-norm stay float32', value: '<type>', schema: oneOf(['float32', 'float16']).default('float32') },
  names: { description: 'cxr-ifa, which every --init reads, or torchvision, for other programs', value: '<whose>', schema: oneOf(['cxr-ifa', 'torchvision']).default('cxr-ifa') },
} as const;

export type ExportCheckpointOptions = OptionValues<typeof exportCheckpointOptions>;
