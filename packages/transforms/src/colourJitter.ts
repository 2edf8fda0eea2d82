import type { GrayImage } from '@cxr-ifa/tensor';
import { mapValues } from './mapValues.ts';

export interface ColourJitterParameters {
  /** What every value is multiplied by. */
  readonly brightness: number;
  /** What the distance to the image's mean is multiplied by. */
  readonly contrast: number;
  readonly contrastFirst: boolean;
}

/** torchvision's ColorJitter on a grey image, where saturation and hue change nothing: brightness and contrast, in either order, each clipped. */
export function colourJitter(image: GrayImage, { brightness, contrast, contrastFirst }: ColourJitterParameters): GrayImage {
  const brighter = (input: GrayImage): GrayImage => mapValues(input, brightness, 0);
  const steeper = (input: GrayImage): GrayImage => mapValues(input, contrast, (1 - contrast) * meanOf(input));
  return contrastFirst ? brighter(steeper(image)) : steeper(brighter(image));
}

function meanOf({ data }: GrayImage): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] as number;
  return sum / data.length;
}
