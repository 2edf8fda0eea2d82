import { createDiscriminator, createGenerator, type Discriminator } from '@cxr-ifa/stylegan2';
import type { Generator } from '@cxr-ifa/tensor';
import { z } from 'zod';
import type { GanTrainOptions } from '../options/ganTrainOptions.ts';

const size = z.int().positive();

/** Which networks a run trains: in its checkpoints, for whoever uses them. */
export const networkTableSchema = z.object({ resolution: size, channelBase: size, channelMaximum: size, latentSize: size, mappingLayers: size });
export type NetworkTable = z.output<typeof networkTableSchema>;

/** The networks of a table, for greyscale images. */
export function networksOf({ latentSize, mappingLayers, ...sizes }: NetworkTable): { generator: Generator; discriminator: Discriminator } {
  return { generator: createGenerator({ ...sizes, latentSize, mappingLayers }), discriminator: createDiscriminator(sizes) };
}

/** The networks that a command's options ask for. */
export function networkTable({ imageSize, channelBase, channelMaximum, latentSize, mappingLayers }: Pick<GanTrainOptions, 'imageSize' | 'channelBase' | 'channelMaximum' | 'latentSize' | 'mappingLayers'>): NetworkTable {
  return { resolution: imageSize, channelBase, channelMaximum, latentSize, mappingLayers };
}
