/** Both ends of what a parameter is drawn from, uniformly. */
export type Range = readonly [low: number, high: number];

/** An operation and the ranges of its parameters. */
export type Operation =
  | { readonly operation: 'medianBlur' }
  /** The kernel's size is one of `sizes` (odd, in pixels), its line runs through a random point of the kernel and the centre. */
  | { readonly operation: 'motionBlur'; readonly sizes: readonly number[] }
  | { readonly operation: 'gaussianBlur'; readonly sigma: Range }
  | { readonly operation: 'sharpen'; readonly alpha: Range; readonly lightness: Range }
  | { readonly operation: 'brightnessContrast'; readonly brightness: Range; readonly contrast: Range }
  | { readonly operation: 'colourJitter'; readonly brightness: Range; readonly contrast: Range }
  /** The variance is drawn, not the deviation. */
  | { readonly operation: 'gaussianNoise'; readonly variance: Range }
  | { readonly operation: 'multiplicativeNoise'; readonly factor: Range }
  | { readonly operation: 'valueShift'; readonly shift: Range }
  /** Shifts across and down are drawn apart, in fractions of the image. */
  | { readonly operation: 'shiftScaleRotate'; readonly shift: Range; readonly scale: Range; readonly degrees: Range }
  | { readonly operation: 'opticalDistortion'; readonly strength: Range }
  /** `area` in fractions of the image's, `aspect` (width over height, in pixels) drawn by its logarithm. */
  | { readonly operation: 'randomResizedCrop'; readonly area: Range; readonly aspect: Range }
  | { readonly operation: 'horizontalFlip' };

/** A step of an augmentation: with its probability, one operation, or one of several by their weights. */
export type AugmentationStep = { readonly probability: number } & (Operation | { readonly oneOf: readonly (Operation & { readonly weight: number })[] });
