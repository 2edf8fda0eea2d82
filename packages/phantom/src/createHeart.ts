import type { PhantomAnatomy } from './drawAnatomy.ts';

/** The plane of the heart in front of the middle of the chest, in centimetres. */
export const HEART_DEPTH = 3.5;

/** The heart in its frontal plane. */
export interface Heart {
  /** 1 in the middle, 0 on the silhouette, negative outside. */
  inside(x: number, y: number): number;
  /** Path length at the middle. */
  readonly thickness: number;
}

/**
 * An ellipsoid whose long axis points to the patient's left and down. An enlarged heart grows mostly to the left and downwards,
 * as the left ventricle does, and a little in thickness.
 */
export function createHeart(anatomy: PhantomAnatomy, inspiration: number, scale: number): Heart {
  const { heart } = anatomy;
  const long = heart.long * scale;
  const short = heart.short * (1 + 0.85 * (scale - 1));
  const cos = Math.cos(heart.angle);
  const sin = Math.sin(heart.angle);
  const x0 = heart.x + 0.32 * (long - heart.long);
  const y0 = heart.y + 0.8 * inspiration + 0.15 * (long - heart.long);
  return {
    thickness: 2.1 * heart.short * (1 + 0.5 * (scale - 1)),
    inside(x, y) {
      const along = (cos * (x - x0) + sin * (y - y0)) / long;
      const across = (-sin * (x - x0) + cos * (y - y0)) / short;
      return 1 - along * along - across * across;
    },
  };
}
