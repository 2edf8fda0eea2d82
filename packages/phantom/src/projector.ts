import type { Acquisition } from './drawAcquisition.ts';

/** The way of a point in the body to the plate, and for a plane of the body the way back. */
export interface Projector {
  /** Pixels along each side. */
  readonly size: number;
  /** Centimetres a pixel at the patient. */
  readonly pitch: number;
  /** Pixel coordinates of a point of the body; pixel centres lie at halves. */
  project(x: number, y: number, z: number): readonly [u: number, v: number];
  /** Body coordinates in the frontal plane at depth z as an affine function of pixel coordinates. */
  plane(z: number): AffineMap;
}

/** x = a u + b v + c, y = d u + e v + f. */
export type AffineMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const FOCUS_TO_DETECTOR = 180;
const BODY_TO_DETECTOR = 14; // of the plane z = 0

/**
 * The pinhole projection of a posterior-anterior radiograph: what lies further from the detector (the back) is larger, and
 * an oblique stance moves the depths against each other. Depth after the turn is taken as that before it, so that planes stay affine.
 */
export function createProjector(acquisition: Acquisition, size: number): Projector {
  const { field, centre, roll, obliquity } = acquisition;
  const pitch = field / size;
  const turn = Math.sin(obliquity);
  const squeeze = Math.cos(obliquity);
  const cos = Math.cos(roll);
  const sin = Math.sin(roll);
  const magnification = (z: number): number => (FOCUS_TO_DETECTOR - BODY_TO_DETECTOR) / (FOCUS_TO_DETECTOR - BODY_TO_DETECTOR + z);
  return {
    size,
    pitch,
    project(x, y, z) {
      const scale = magnification(z) / pitch;
      const dx = (x * squeeze + z * turn - centre[0]) * scale;
      const dy = (y - centre[1]) * scale;
      return [size / 2 + cos * dx - sin * dy, size / 2 + sin * dx + cos * dy];
    },
    plane(z) {
      const scale = pitch / magnification(z);
      const half = size / 2;
      const wide = scale / squeeze;
      return [
        cos * wide,
        sin * wide,
        (centre[0] - z * turn) / squeeze - wide * half * (cos + sin),
        -sin * scale,
        cos * scale,
        centre[1] - scale * half * (cos - sin),
      ];
    },
  };
}

/** The x coordinate that an affine map gives a pixel. */
export function mapX(map: AffineMap, u: number, v: number): number {
  return map[0] * u + map[1] * v + map[2];
}

/** The y coordinate that an affine map gives a pixel. */
export function mapY(map: AffineMap, u: number, v: number): number {
  return map[3] * u + map[4] * v + map[5];
}
