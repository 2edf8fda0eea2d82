import { broadcastLatents } from '@cxr-ifa/stylegan2';
import { reshape, tidy } from '@tensorflow/tfjs-core';
import type { Drawer } from '../gan/drawImages.ts';
import { toPictures } from '../gan/toPictures.ts';

/** What a generator draws of its mean latent, without noise: the floor of every inversion. Values from 0 to 1. */
export async function meanImage({ generator, parameters, meanLatent }: Drawer): Promise<Float32Array> {
  const [picture] = await toPictures(tidy(() => generator.synthesise(parameters, broadcastLatents(reshape(meanLatent, [1, -1]), generator))));
  return picture as Float32Array;
}
