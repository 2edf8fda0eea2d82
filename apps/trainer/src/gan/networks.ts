import { createDiscriminator, createGenerator, type Discriminator } from '@cxr-ifa/stylegan2';
import type { Generator } from '@cxr-ifa/tensor';
import { z } from 'zod';
import type { GanTrainOptions } from '../options/ganTrainOptions.ts';

const size = z.int().positive();

/** Which networks a run trains: in its checkpoints, for whoever uses them. */
export const networkTableSchema = z.object({ resolution: size, channelBase: size, channelMaximum: size, latentSize: size, mappingLayers: size });
export type NetworkTable = z.output<typeof networkTableSchema>;

/** The table of a run's options. */
export function networkTableOf({ imageSize, channelBase, channelMaximum, latentSize, mappingLayers }: GanTrainOptions): NetworkTable {
  return { resolution: imageSize, channelBase, channelMaximum, latentSize, mappingLayers };
}

/** The networks of a table, for greyscale images. */
export function networksOf({ latentSize, mappingLayers, ...sizes }: NetworkTable): { generator: Generator; discriminator: Discriminator } {
  return { generator: createGenerator({ ...sizes, latentSize, mappingLayers }), discriminator: createDiscriminator(sizes) };
}
