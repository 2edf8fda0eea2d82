import type { AugmentationStep } from './augmentationStep.ts';

export type PresetName = 'none' | 'cxr' | 'cxr-strong' | 'mocoV2';

const NOISE: AugmentationStep = {
  probability: 0.2,
  oneOf: [
    { operation: 'gaussianNoise', variance: [0, 0.005], weight: 0.5 },
    { operation: 'multiplicativeNoise', factor: [0.9, 1.1], weight: 0.5 },
  ],
};

const SHIFT_SCALE_ROTATE: AugmentationStep = { probability: 0.2, operation: 'shiftScaleRotate', shift: [-0.0625, 0.0625], scale: [0.8, 1.2], degrees: [-10, 10] };

/**
 * Augmentations as data. `cxr-strong` is the released default of CheSS and IFA, `cxr` its option `--aug_easy`: neither crops nor flips.
 * The released code runs on 8-bit images but gives noise (variance up to 0.005) and value shift (up to 0.1) in numbers of the 0..1 scale,
 * so that there they change next to nothing: `createAugmentation`'s `arithmetic` chooses between what it meant and what it did.
 * `mocoV2` is what MoCo v2 does to photographs, the baseline that the method argues against; saturation, hue and greyscale have nothing to act on,
 * and its blur is in pixels at any image size, as there.
 */
export const PRESETS: Readonly<Record<PresetName, readonly AugmentationStep[]>> = {
  none: [],
  cxr: [NOISE, SHIFT_SCALE_ROTATE],
  'cxr-strong': [
    {
      probability: 0.2,
      oneOf: [
        { operation: 'medianBlur', weight: 0.1 },
        { operation: 'motionBlur', sizes: [3, 5, 7], weight: 0.2 },
        { operation: 'sharpen', alpha: [0.01, 0.2], lightness: [0.5, 1], weight: 0.2 },
      ],
    },
    { probability: 0.6, operation: 'brightnessContrast', brightness: [-0.1, 0.1], contrast: [0.8, 1.1] },
    NOISE,
    { probability: 0.3, operation: 'valueShift', shift: [-0.1, 0.1] },
    SHIFT_SCALE_ROTATE,
    { probability: 0.2, operation: 'opticalDistortion', strength: [-0.05, 0.05] },
  ],
  mocoV2: [
    { probability: 1, operation: 'randomResizedCrop', area: [0.2, 1], aspect: [3 / 4, 4 / 3] },
    { probability: 0.5, operation: 'horizontalFlip' },
    { probability: 0.8, operation: 'colourJitter', brightness: [0.6, 1.4], contrast: [0.6, 1.4] },
    { probability: 0.5, operation: 'gaussianBlur', sigma: [0.1, 2] },
  ],
};
