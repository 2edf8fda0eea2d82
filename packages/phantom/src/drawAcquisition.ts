import type { Rng } from '@cxr-ifa/tensor';

/** How one radiograph was taken: where the patient stood and how the film was exposed. */
export interface Acquisition {
  /** Width of the field at the patient, in centimetres. */
  readonly field: number;
  /** Centre of the field in the body's frame, in centimetres. */
  readonly centre: readonly [x: number, y: number];
  /** Rotation in the image's plane, in radians. */
  readonly roll: number;
  /** Rotation about the patient's long axis, in radians: it moves the heart against the spine. */
  readonly obliquity: number;
  /** How far the arms stand off, in radians. */
  readonly arms: number;
  /** Depth of inspiration: moves the domes, in centimetres. */
  readonly inspiration: number;
  /** Contrast and brightness of the display, and its gamma. */
  readonly contrast: number;
  readonly brightness: number;
  readonly gamma: number;
  /** How much of the fine structure the display enhances. */
  readonly enhancement: number;
  /** Share of scattered radiation. */
  readonly scatter: number;
  /** Deviation of the detector's noise in a field of 256 x 256 pixels. */
  readonly noise: number;
  /** Where the lead marker lies, as a share of the field; absent when there is none. */
  readonly marker?: readonly [x: number, y: number];
}

/** Draws pose and exposure; nothing here depends on the patient or on a finding. */
export function drawAcquisition(rng: Rng): Acquisition {
  const vary = (mean: number, deviation: number): number => mean + deviation * Math.max(-2, Math.min(2, rng.normal()));
  const acquisition = {
    field: vary(35.5, 1.6),
    centre: [vary(0, 0.7), vary(12, 0.7)],
    roll: vary(0, 0.022),
    obliquity: vary(0, 0.045),
    arms: vary(0.36, 0.12),
    inspiration: vary(0, 0.5),
    contrast: vary(1, 0.08),
    brightness: vary(0, 0.05),
    gamma: Math.exp(vary(0, 0.14)),
    enhancement: Math.max(0, vary(0.35, 0.12)),
    scatter: Math.max(0.02, vary(0.1, 0.03)),
    noise: Math.exp(vary(-5.2, 0.3)),
  } as const;
  const marker = [rng.uniform(0.84, 0.93), rng.uniform(0.06, 0.22)] as const;
  return rng.uniform() < 0.8 ? { ...acquisition, marker } : acquisition;
}
