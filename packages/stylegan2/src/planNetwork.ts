/** Sizes that generator and discriminator share. */
export interface NetworkOptions {
  /** Side of the images in pixels: a power of two from 8 to 1024. */
  readonly resolution: number;
  /** Channels of the images. @default {1} */
  readonly imageChannels?: 1 | 3;
  /** Channels of a layer are this over its resolution, but at most `channelMaximum`. @default {32768}, the paper's configuration F */
  readonly channelBase?: number;
  /** @default {512} */
  readonly channelMaximum?: number;
  /** How blocks are joined to images: by images that are summed over the resolutions (`skip`), or by shortcuts between the blocks (`residual`). The paper's best is a skip generator with a residual discriminator. */
  readonly architecture?: 'skip' | 'residual';
}

/** One resolution of a network. */
export interface BlockPlan {
  readonly resolution: number;
  readonly channels: number;
}

export type NetworkPlan = Required<NetworkOptions> & {
  /** From 4 pixels to the images' own. */
  readonly blocks: readonly BlockPlan[];
};

/** Fills in the defaults, checks, and lists the blocks. */
export function planNetwork(action: string, { imageChannels = 1, channelBase = 32_768, channelMaximum = 512, ...options }: NetworkOptions & { readonly architecture: 'skip' | 'residual' }): NetworkPlan {
  const { resolution, architecture } = options;
  const demand = (holds: boolean, rule: string, value: unknown): void => {
    if (!holds) throw new RangeError(`Cannot ${action} as ${rule}: current value is ${String(value)}`);
  };
  demand(Number.isSafeInteger(Math.log2(resolution)) && resolution >= 8 && resolution <= 1024, 'the resolution must be a power of two from 8 to 1024', resolution);
  demand(imageChannels === 1 || imageChannels === 3, 'the image channels must be 1 or 3', imageChannels);
  demand(architecture === 'skip' || architecture === 'residual', 'the architecture must be skip or residual', architecture);
  demand(Number.isSafeInteger(channelMaximum) && channelMaximum > 0, 'the largest number of channels must be a positive integer', channelMaximum);
  demand(Number.isSafeInteger(channelBase) && channelBase >= resolution, 'the channel base must be an integer of at least the resolution', channelBase);
  const count = Math.log2(resolution) - 1;
  const blocks = Array.from({ length: count }, (_, index) => {
    const side = 4 * 2 ** index;
    return { resolution: side, channels: Math.min(channelMaximum, Math.floor(channelBase / side)) };
  });
  return { ...options, imageChannels, channelBase, channelMaximum, blocks };
}
