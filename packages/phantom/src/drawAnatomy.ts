import type { Rng, RngState } from '@cxr-ifa/tensor';

/**
 * A patient: lengths in centimetres, in the frame of the body. The origin is the midline at the height of the lungs' apices,
 * x grows to the patient's left (the image's right), y downwards, z from back to front.
 */
export interface PhantomAnatomy {
  /** How much of the female form the soft tissue has, from 0 to 1. */
  readonly breast: number;
  /** Fat and muscle outside the rib cage. */
  readonly wall: number;
  /** Half the width of the thoracic cavity where it is widest. */
  readonly halfWidth: number;
  /** Half the depth of the thoracic cavity. */
  readonly halfDepth: number;
  /** From the apex to the costophrenic angle. */
  readonly lungLength: number;
  /** Where the apices lie from the midline. */
  readonly apex: number;
  /** The top of the right and of the left diaphragm dome. */
  readonly domes: readonly [right: number, left: number];
  /** Long and short half axis of the heart, and how steeply its long axis runs, in radians. */
  readonly heart: { readonly long: number; readonly short: number; readonly angle: number; readonly x: number; readonly y: number };
  /** How far the aortic knob and the pulmonary trunk bulge. */
  readonly aorta: number;
  readonly pulmonaryTrunk: number;
  /** Height of a rib, its drop from back to front, and the distance between two ribs. */
  readonly rib: { readonly height: number; readonly drop: number; readonly spacing: number; readonly density: number };
  /** How high the outer ends of the clavicles stand above the inner ones. */
  readonly clavicle: number;
  readonly neck: number;
  readonly shoulder: number;
  /** Sideways sway of the spine. */
  readonly sway: number;
  /** How much gas the stomach and the bowel hold; none below zero. */
  readonly gas: number;
  /** Share of tissue in inflated lung. */
  readonly lungDensity: number;
  readonly vascularity: number;
  /** Where the small structures come from: vessels, texture, the places of findings. */
  readonly detail: RngState;
}

/**
 * Draws a patient. Nothing here depends on a finding: a normal heart varies in size within the normal range, whoever has it.
 *
 * @param rng Advanced by the draw.
 * @returns A plain value that JSON can hold; images of one anatomy are images of one patient.
 *
 * @example
 * ```ts
 * const anatomy = drawAnatomy(rng);
 * const first = renderPhantom({ rng, anatomy });
 * const second = renderPhantom({ rng, anatomy }); // the same patient on another day
 * ```
 */
export function drawAnatomy(rng: Rng): PhantomAnatomy {
  const vary = (mean: number, deviation: number): number => mean + deviation * Math.max(-2, Math.min(2, rng.normal()));
  const female = rng.uniform() < 0.48;
  const build = vary(0, 1);
  const halfWidth = vary(female ? 12.2 : 13.2, 0.55) + 0.25 * build;
  const lungLength = vary(female ? 23.6 : 25, 1.1) - 0.35 * build;
  const dome = lungLength - vary(5.2, 0.6);
  const heartSize = vary(1, 0.045);
  return {
    breast: female ? Math.max(0.25, vary(0.6, 0.25)) : Math.max(0, vary(0.02, 0.05)),
    wall: Math.max(1.4, vary(3, 0.5) + 0.75 * build),
    halfWidth,
    halfDepth: vary(8.4, 0.5) + 0.3 * build,
    lungLength,
    apex: vary(4.4, 0.3),
    domes: [dome, dome + vary(1, 0.45)],
    heart: { long: 0.525 * halfWidth * heartSize, short: vary(0.372, 0.012) * halfWidth * heartSize, angle: vary(0.72, 0.08) - 0.04 * build, x: vary(1.7, 0.25), y: dome - vary(2.6, 0.35) },
    aorta: Math.max(0.3, vary(1, 0.35)),
    pulmonaryTrunk: Math.max(0.2, vary(0.8, 0.25)),
    rib: { height: vary(1.25, 0.12), drop: vary(8, 0.9), spacing: (lungLength / 24.5) * vary(2.35, 0.07), density: Math.max(0.5, vary(1, 0.18)) },
    clavicle: vary(2.4, 1),
    neck: vary(female ? 5.6 : 6.6, 0.5),
    shoulder: vary(female ? 18.5 : 20.5, 0.8) + 0.4 * build,
    sway: vary(0, 0.35),
    gas: vary(0.4, 0.6),
    lungDensity: vary(0.27, 0.035),
    vascularity: vary(1, 0.15),
    detail: rng.fork('detail', rng.uint32()).state(),
  };
}
