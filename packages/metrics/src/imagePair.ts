import type { GrayImage } from '@cxr-ifa/tensor';

/** Checks two images that are to be compared pixel by pixel, and gives the extent of their common range. */
export function imagePair(action: string, first: GrayImage, second: GrayImage): number {
  const { width, height, range } = first;
  if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0)) throw new RangeError(`Cannot ${action} as images must have a width and a height: current size is ${width} x ${height}`);
  if (second.width !== width || second.height !== height) throw new TypeError(`Cannot ${action} as images must be of one size: current sizes are ${width} x ${height} and ${second.width} x ${second.height}`);
  if (second.range[0] !== range[0] || second.range[1] !== range[1]) throw new RangeError(`Cannot ${action} as images must have one range: current ranges are ${range.join(' to ')} and ${second.range.join(' to ')}`);
  for (const { data } of [first, second]) {
    if (data.length !== width * height) throw new TypeError(`Cannot ${action} as images must have ${width} x ${height} pixels: current number is ${data.length}`);
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new RangeError(`Cannot ${action} as pixels must be finite: current value of pixel ${wrong} is ${data[wrong]}`);
  }
  const extent = range[1] - range[0];
  if (!(extent > 0)) throw new RangeError(`Cannot ${action} as the range must have an extent: current value is ${range.join(' to ')}`);
  return extent;
}
