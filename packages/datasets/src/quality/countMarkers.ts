import type { Box, GrayImage } from '@cxr-ifa/tensor';

/** The side to which images are reduced: letters are still apart, and noise is gone. */
const SIDE = 256;
/** A marker is at least as bright as this share of the way from the darkest to the brightest pixel, ... */
const BRIGHT = 0.93;
/** ... what surrounds it is darker by this share, ... */
const STEP = 0.3;
/** ... and it covers so many pixels of the reduced image: dots are noise, larger things are anatomy, implants and cables. */
const [SMALLEST, LARGEST] = [4, 250];
/** How far around a shape its surroundings reach. */
const REACH = 2;

/**
 * Counts small shapes of nearly the highest brightness on a darker ground, such as the letters of a side marker.
 * It is meant to be right where it finds something: grey letters are not found.
 */
export function countMarkers(image: GrayImage, box: Box): number {
  const { pixels, width, height } = reduceByBrightest(image, box);
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < pixels.length; index++) {
    low = Math.min(low, pixels[index] as number);
    high = Math.max(high, pixels[index] as number);
  }
  if (!(high > low)) return 0;
  const limit = low + BRIGHT * (high - low);
  const seen = new Uint8Array(pixels.length);
  let markers = 0;
  for (let start = 0; start < pixels.length; start++) {
    if (seen[start] || (pixels[start] as number) < limit) continue;
    const { size, surroundings } = takeShape({ pixels, width, height }, limit, seen, start);
    if (size >= SMALLEST && size <= LARGEST && high - surroundings >= STEP * (high - low)) markers++;
  }
  return markers;
}

/** Walks over the bright pixels that touch one another; returns how many there are, and the mean of the darker ones around them. */
function takeShape({ pixels, width, height }: Reduced, limit: number, seen: Uint8Array, start: number): { size: number; surroundings: number } {
  const shape = [start];
  seen[start] = 1;
  let [sum, count] = [0, 0];
  for (let next = 0; next < shape.length; next++) {
    const [x, y] = [(shape[next] as number) % width, Math.floor((shape[next] as number) / width)];
    for (let row = Math.max(0, y - REACH); row <= Math.min(height - 1, y + REACH); row++) {
      for (let column = Math.max(0, x - REACH); column <= Math.min(width - 1, x + REACH); column++) {
        const index = row * width + column;
        if ((pixels[index] as number) < limit) {
          sum += pixels[index] as number;
          count++;
        } else if (!seen[index] && Math.abs(row - y) <= 1 && Math.abs(column - x) <= 1) {
          seen[index] = 1;
          shape.push(index);
        }
      }
    }
  }
  return { size: shape.length, surroundings: count > 0 ? sum / count : Infinity };
}

interface Reduced {
  readonly pixels: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Reduced to {@link SIDE} by the brightest pixel of each cell, so that thin letters stay. */
function reduceByBrightest({ data, width: fullWidth }: GrayImage, [left, top, width, height]: Box): Reduced {
  const factor = Math.max(1, Math.max(width, height) / SIDE);
  const reduced = { width: Math.floor(width / factor), height: Math.floor(height / factor) };
  const pixels = new Float32Array(reduced.width * reduced.height).fill(-Infinity);
  for (let y = 0; y < Math.floor(reduced.height * factor); y++) {
    const row = Math.min(reduced.height - 1, Math.floor(y / factor)) * reduced.width;
    for (let x = 0; x < Math.floor(reduced.width * factor); x++) {
      const to = row + Math.min(reduced.width - 1, Math.floor(x / factor));
      pixels[to] = Math.max(pixels[to] as number, data[(top + y) * fullWidth + left + x] as number);
    }
  }
  return { pixels, ...reduced };
}
