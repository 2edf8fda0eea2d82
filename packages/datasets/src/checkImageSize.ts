import { InputError } from '@cxr-ifa/tensor';

/** Refuses an empty or too large image by what its header says. */
export function checkImageSize(kind: string, width: number, height: number, maximumPixels: number): void {
  if (width === 0 || height === 0) throw new InputError(`Cannot decode the ${kind} as its width and height must be positive: current size is ${width}x${height}`);
  if (width * height > maximumPixels) throw new InputError(`Cannot decode the ${kind} as it must have at most ${maximumPixels} pixels: current size is ${width}x${height}`);
}
