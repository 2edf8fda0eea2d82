/**
 * Preparation and augmentation of greyscale images on typed arrays, with explicit randomness, and the geometry that was applied.
 *
 * @module
 */
export { clipPercentile } from './clipPercentile.ts';
export { percentiles } from './percentiles.ts';
export { resize } from './resize.ts';
export { resizeToSquare, type Aspect } from './resizeToSquare.ts';
export { normalise, CXR_NORMALISATION, type Normalisation } from './normalise.ts';

export { createAugmentation, type Augmentation, type AugmentationOptions, type View } from './createAugmentation.ts';
export type { AugmentationStep, Operation, Range } from './augmentationStep.ts';
export { PRESETS, type PresetName } from './presets.ts';
export { twoViews, type TwoViewsOptions } from './twoViews.ts';

export { makeViews, type ViewArrays, type ViewBatch, type ViewOptions } from './makeViews.ts';

export { createGeometry, type GeometryData } from './createGeometry.ts';
export { composeGeometry, IDENTITY_GEOMETRY } from './composeGeometry.ts';
export { alignGrid, type GridAlignment, type GridSize } from './alignGrid.ts';
export { warp } from './warp.ts';
export { shiftScaleRotate, type ShiftScaleRotateParameters } from './shiftScaleRotate.ts';
export { opticalDistortion } from './opticalDistortion.ts';
export { crop, type CropParameters } from './crop.ts';
export { horizontalFlip } from './horizontalFlip.ts';

export type { ImageOperation } from './imageOperation.ts';
export { medianBlur } from './medianBlur.ts';
export { motionBlur, type MotionBlurParameters } from './motionBlur.ts';
export { gaussianBlur } from './gaussianBlur.ts';
export { sharpen, type SharpenParameters } from './sharpen.ts';
export { brightnessContrast, type BrightnessContrastParameters } from './brightnessContrast.ts';
export { colourJitter, type ColourJitterParameters } from './colourJitter.ts';
export { gaussianNoise, type GaussianNoiseParameters } from './gaussianNoise.ts';
export { multiplicativeNoise } from './multiplicativeNoise.ts';
export { valueShift } from './valueShift.ts';
