import { imageOperation, type ImageOperation } from './imageOperation.ts';
import { mapValues } from './mapValues.ts';

export interface ColourJitterParameters {
  /** What every value is multiplied by. */
  readonly brightness: number;
  /** What the distance to the image's mean is multiplied by. */
  readonly contrast: number;
  readonly contrastFirst: boolean;
}

/** torchvision's ColorJitter on a grey image, where saturation and hue change nothing: brightness and contrast, in either order, each clipped. */
export const colourJitter: ImageOperation<ColourJitterParameters> = imageOperation((native, image, { brightness, contrast, contrastFirst }) => {
  const brighter = (input: typeof image): typeof image => mapValues(native, input, { factor: brightness, offset: 0 });
  const steeper = (input: typeof image): typeof image => mapValues(native, input, { factor: contrast, offset: (1 - contrast) * native.mean(input.address, input.width * input.height) });
  return contrastFirst ? brighter(steeper(image)) : steeper(brighter(image));
});
