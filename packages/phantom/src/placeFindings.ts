import type { Rng } from '@cxr-ifa/tensor';
import { cavityDepth, type Thorax } from './createThorax.ts';
import { curveAt } from './curve.ts';
import type { PhantomSeverities } from './phantomFindings.ts';

/** 0 is the patient's right, the image's left. */
export type Side = 0 | 1;

/** Findings as shapes in the body's frame, in centimetres. */
export interface Lesions {
  readonly nodules: readonly { readonly x: number; readonly y: number; readonly z: number; readonly radius: number; readonly density: number }[];
  readonly consolidations: readonly { readonly x: number; readonly y: number; readonly radiusX: number; readonly radiusY: number; readonly density: number; readonly seed: number }[];
  readonly effusions: readonly { readonly side: Side; readonly height: number }[];
  readonly pneumothoraces: readonly { readonly side: Side; readonly apexGap: number; readonly lateralGap: number; readonly end: number }[];
  /** Size of the heart against the patient's normal one. */
  readonly heartScale: number;
}

/**
 * Gives each finding its place and size. Places hang on the generator alone and sizes on the severity, so that a finding that
 * progresses from one image of a patient to the next stays where it is.
 */
export function placeFindings(rng: Rng, thorax: Thorax, severities: PhantomSeverities): Lesions {
  const { nodule, consolidation, effusion, cardiomegaly, pneumothorax } = severities;
  return {
    nodules: nodule > 0 ? placeNodules(rng.fork('nodule'), thorax, nodule) : [],
    consolidations: consolidation > 0 ? [placeConsolidation(rng.fork('consolidation'), thorax, consolidation)] : [],
    effusions: effusion > 0 ? placeEffusions(rng.fork('effusion'), effusion) : [],
    pneumothoraces: pneumothorax > 0 ? [placePneumothorax(rng.fork('pneumothorax'), thorax, pneumothorax)] : [],
    heartScale: cardiomegaly > 0 ? 1.07 + 0.19 * cardiomegaly : 1,
  };
}

function placeNodules(rng: Rng, thorax: Thorax, severity: number): Lesions['nodules'] {
  const nodules: Lesions['nodules'][number][] = [];
  const count = 1 + rng.integer(3);
  for (let index = 0; index < count; index++) {
    const own = rng.fork(index);
    const radius = (0.95 + 0.65 * severity) * own.uniform(0.85, 1.15);
    const density = 1.6 + 0.6 * own.uniform(); // above 1 by calcification
    for (let attempt = 0; attempt < 40; attempt++) {
      // Most nodules sit in the upper zones, and more of them in the larger right lung
      const [x, y] = placeInLung(own, thorax, 0.85, 0.32 + 0.075 * Math.max(-2, Math.min(2, own.normal())), 0.5 + 0.2 * Math.max(-2, Math.min(2, own.normal())));
      const clear = cavityDepth(thorax, x, y) > 6 && nodules.every((other) => Math.hypot(other.x - x, other.y - y) > other.radius + radius + 0.4);
      if (!clear && !(index === 0 && attempt === 39)) continue;
      nodules.push({ x, y, z: own.uniform(-4, 4), radius, density });
      break;
    }
  }
  return nodules;
}

function placeConsolidation(rng: Rng, thorax: Thorax, severity: number): Lesions['consolidations'][number] {
  const [x, y] = placeInLung(rng, thorax, 0.55, rng.uniform(0.25, 0.72), rng.uniform(0.15, 0.85));
  const radius = 2.4 + 1.6 * severity;
  return { x, y, radiusX: radius * rng.uniform(0.8, 1.2), radiusY: radius * rng.uniform(0.8, 1.25), density: 0.3 + 0.35 * severity, seed: rng.uniform(0, 64) };
}

function placeEffusions(rng: Rng, severity: number): Lesions['effusions'] {
  const side = rng.integer(2) as Side;
  const height = 2.6 + 6.5 * severity * severity;
  const first = { side, height };
  return rng.uniform() < 0.3 ? [first, { side: (1 - side) as Side, height: height * rng.uniform(0.7, 0.95) }] : [first];
}

function placePneumothorax(rng: Rng, thorax: Thorax, severity: number): Lesions['pneumothoraces'][number] {
  return { side: rng.integer(2) as Side, apexGap: 1.1 + 2.5 * severity, lateralGap: (0.4 + 1.1 * severity) * rng.uniform(0.75, 1.2), end: thorax.lungLength * (0.5 + 0.45 * severity) };
}

/** A point in the visible part of a lung field, in the right one with a given probability: its height as a share of the lung's length, its distance outwards as a share of the width there. */
function placeInLung(rng: Rng, thorax: Thorax, right: number, height: number, outwards: number): readonly [x: number, y: number] {
  const side = rng.uniform() < right ? 0 : 1;
  const y = height * thorax.lungLength;
  const outer = curveAt(thorax.lateral, y);
  const inner = Math.max(curveAt(thorax.medial, y), 3.2);
  const x = inner + outwards * (outer - inner);
  return [side === 0 ? -x : x, y];
}
