import type { PhantomAnatomy } from './drawAnatomy.ts';

/** The plane of the heart in front of the middle of the chest, in centimetres. */
export const HEART_DEPTH = 3.5;

const WAIST_TOP = 7;

/** The heart in its frontal plane. */
export interface Heart {
  /** 1 in the middle, 0 on the silhouette, negative outside. */
  inside(x: number, y: number): number;
  /** The same for the waist above the heart, where the great vessels leave it: a cone that narrows upwards. */
  waist(x: number, y: number): number;
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
    thickness: 2.25 * heart.short * (1 + 0.5 * (scale - 1)),
    inside(x, y) {
      const along = (cos * (x - x0) + sin * (y - y0)) / long;
      const across = (-sin * (x - x0) + cos * (y - y0)) / short;
      return 1 - along * along - across * across;
    },
    waist(x, y) {
      const down = (y - WAIST_TOP) / (y0 - WAIST_TOP);
      if (down <= 0 || down >= 1) return -1;
      const away = (x - 0.22 * x0 - 0.35 * down * x0) / (1.6 + (0.72 * long - 1.6) * down ** 1.3);
      return (1 - away * away) * Math.min(1, 2.5 * down, 5 * (1 - down));
    },
  };
}
