import type { GrayImage } from '@cxr-ifa/tensor';
import { kernels, type Kernels, type PlacedImage } from './kernels.ts';

/** An operation on an image in the kernels' memory; it leaves that image as it is. */
export type PlacedOperation<Parameters> = (native: Kernels, image: PlacedImage, parameters: Parameters) => PlacedImage;

/** An operation for whoever has an image, and for a chain of operations whose images stay in the kernels' memory. */
export interface ImageOperation<Parameters> {
  (image: GrayImage, parameters: Parameters): GrayImage;
  readonly placed: PlacedOperation<Parameters>;
}

/** Makes both of the second. */
export function imageOperation<Parameters>(placed: PlacedOperation<Parameters>): ImageOperation<Parameters> {
  const operation = (image: GrayImage, parameters: Parameters): GrayImage => {
    const native = kernels();
    return native.take(placed(native, native.place(image), parameters));
  };
  return Object.assign(operation, { placed });
}
