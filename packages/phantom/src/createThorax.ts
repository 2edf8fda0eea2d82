import { createCurve, curveAt, type Curve } from './curve.ts';
import type { Acquisition } from './drawAcquisition.ts';
import type { PhantomAnatomy } from './drawAnatomy.ts';

/** A pair of curves, the patient's right (the image's left) first. */
export type Sides<T> = readonly [right: T, left: T];

/** The outlines of a chest as functions of one coordinate, in centimetres of the body's frame; distances from the midline are positive. */
export interface Thorax {
  readonly lungLength: number;
  readonly halfWidth: number;
  /** Outer edge of a lung by height. */
  readonly lateral: Curve;
  /** Inner edge of a lung's apex by height; further down the mediastinum bounds it. */
  readonly medial: Curve;
  /** Half the depth of the cavity by height. */
  readonly depth: Curve;
  /** Height of the diaphragm by distance from the midline. */
  readonly dome: Sides<Curve>;
  /** Edges of the mediastinum above and behind the heart, by height. */
  readonly mediastinum: Sides<Curve>;
  /** Half width and half depth of trunk, neck and shoulders by height. */
  readonly body: Curve;
  readonly bodyDepth: Curve;
}

const STEP = 0.2;
const TOP = -16;
const BOTTOM = 44;
/** How far below the dome's outline the lung still reaches behind it. */
const RECESS = 3.4;

/** Works out the outlines of a patient's chest in one breath. */
export function createThorax(anatomy: PhantomAnatomy, acquisition: Pick<Acquisition, 'inspiration'>): Thorax {
  const { halfWidth, halfDepth, lungLength, apex, wall } = anatomy;
  const byHeight = (value: (y: number) => number): Curve => createCurve(TOP, BOTTOM, STEP, value);
  const lateral = byHeight((y) => lateralEdge(y / lungLength, apex, halfWidth));
  const medial = byHeight((y) => Math.max(0, apex - (apex - 1.2) * roundOff(y / 4.5)));
  const depth = byHeight((y) => halfDepth * roundOff((y + 0.1) / 11));
  const dome = ([0, 1] as const).map((side) => {
    const top = anatomy.domes[side] + acquisition.inspiration;
    const crest = 0.46 * halfWidth;
    return createCurve(0, halfWidth + 4, STEP, (x) => {
      const away = (x - crest) / (halfWidth - crest);
      return top + (away > 0 ? (lungLength - top + 0.2) * away ** 2.5 : 1.6 * away * away);
    });
  }) as unknown as Sides<Curve>;
  const bump = (y: number, centre: number, spread: number): number => Math.exp(-(((y - centre) / spread) ** 2));
  const right = byHeight((y) => 2.1 + 0.55 * bump(y, 6.5, 3.2) + 0.35 * bump(y, 1, 3));
  const left = byHeight((y) => 2.1 + anatomy.aorta * bump(y, 6.2, 1.5) + anatomy.pulmonaryTrunk * bump(y, 9.5, 1.7) + 0.3 * bump(y, 0, 3));
  const hip = halfWidth + wall;
  const body = byHeight((y) => bodyEdge(y, anatomy.neck, anatomy.shoulder - 3.5, hip));
  const bodyDepth = byHeight((y) => 5.6 + (halfDepth + 2.1 + 0.45 * wall - 5.6) * smooth((y + 4) / 11) + 0.9 * smooth((y - 18) / 8));
  return { lungLength, halfWidth, lateral, medial, depth, dome, mediastinum: [right, left], body, bodyDepth };
}

/** Path length of a ray through the cavity that the lung of that side fills, before heart and mediastinum take their share. */
export function cavityDepth(thorax: Thorax, x: number, y: number): number {
  const distance = Math.abs(x);
  if (y <= 0 || y > thorax.lungLength + RECESS || distance >= thorax.halfWidth) return 0;
  const outer = curveAt(thorax.lateral, y);
  const inner = curveAt(thorax.medial, y);
  if (distance >= outer || distance <= inner) return 0;
  const middle = inner + 0.45 * (outer - inner);
  const away = distance > middle ? (distance - middle) / (outer - middle) : (middle - distance) / (middle - inner);
  const profile = distance > middle ? Math.sqrt(1 - away * away) : Math.sqrt(1 - away * away * away * away);
  const below = y - curveAt(thorax.dome[x < 0 ? 0 : 1], distance);
  // The dome is highest in the middle of its depth, so under its outline some lung remains in front of and behind it
  const recess = RECESS * Math.min(1, distance / (0.6 * thorax.halfWidth));
  const share = below <= 0 ? 1 : Math.max(0, 1 - Math.sqrt(below / recess));
  return 2 * curveAt(thorax.depth, y) * profile * share;
}

/** The lung's outer edge: a blunt cone at the apex, nearly upright from the middle on. */
function lateralEdge(t: number, apex: number, halfWidth: number): number {
  if (t <= 0) return apex;
  const rise = t < 1 ? (1 - (1 - t) ** 2.5) ** 0.53 : 1;
  return apex + (halfWidth - apex) * rise * (1 - 0.02 * Math.max(0, t - 0.8) ** 2);
}

/** Neck, the slope of the shoulders, the armpits, the flanks. */
function bodyEdge(y: number, neck: number, shoulder: number, hip: number): number {
  const slope = neck + (shoulder - neck) * smooth((y + 7.5) / 8) ** 1.5;
  return y < 1 ? slope : shoulder + (hip - shoulder) * smooth((y - 5) / 11);
}

function roundOff(t: number): number {
  return t <= 0 ? 0 : t >= 1 ? 1 : Math.sqrt(1 - (1 - t) ** 2);
}

function smooth(t: number): number {
  const bounded = Math.max(0, Math.min(1, t));
  return bounded * bounded * (3 - 2 * bounded);
}
