import { extractFeatures, type Features } from '@cxr-ifa/heads/classification';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import { pictureBatches } from '../encode/pictureBatches.ts';

/** Images as they are compared. */
export interface SeenImages {
  readonly features: Features;
  /** The pictures themselves, no larger than {@link PIXEL_SIDE}. */
  readonly pixels: Features;
  /** The side of those. */
  readonly side: number;
}

/** Larger pictures are averaged down to this side: what differs between radiographs is no finer, and thousands of them fit into memory. */
const PIXEL_SIDE = 64;

/**
 * Encodes pictures, one batch in memory at a time, and keeps them small.
 *
 * @param pictures Values from 0 to 1, as many as `count`, of a side that is a power of two.
 */
export async function seeImages({ encoder, parameters, statistics, preprocessing }: OpenedEncoder, pictures: Iterable<Float32Array> | AsyncIterable<Float32Array>, { count, side, onImage }: { readonly count: number; readonly side: number; readonly onImage: (done: number) => void }): Promise<SeenImages> {
  const kept = Math.min(side, PIXEL_SIDE);
  const data = new Float32Array(count * kept ** 2);
  let done = 0;
  async function* watched(): AsyncGenerator<Float32Array, void, void> {
    for await (const picture of pictures) {
      addAverages(data.subarray(done * kept ** 2, (done + 1) * kept ** 2), picture, side, kept);
      yield picture;
      onImage(++done);
    }
  }
  const features = await extractFeatures(encoder, parameters, statistics, pictureBatches(watched(), preprocessing));
  return { features, pixels: { data, count, dimension: kept ** 2 }, side: kept };
}

function addAverages(target: Float32Array, picture: Float32Array, side: number, kept: number): void {
  const factor = side / kept;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const to = Math.floor(y / factor) * kept + Math.floor(x / factor);
      target[to] = (target[to] as number) + (picture[y * side + x] as number) / factor ** 2;
    }
  }
}
