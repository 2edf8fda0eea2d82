import type { Rng } from '@cxr-ifa/tensor';
import type { Thorax } from './createThorax.ts';
import { curveAt } from './curve.ts';
import { visceralEdge, type Pneumothorax } from './collapse.ts';
import type { PhantomSeverities } from './phantomFindings.ts';

/** Between the middles of two nodules, so that none touch at any severity. */
const NODULE_DISTANCE = 3.9;

/** Findings as shapes in the body's frame, in centimetres. */
export interface Lesions {
  readonly nodules: readonly { readonly x: number; readonly y: number; readonly z: number; readonly radius: number; readonly density: number }[];
  readonly consolidations: readonly { readonly x: number; readonly y: number; readonly radiusX: number; readonly radiusY: number; readonly density: number; readonly seed: number }[];
  readonly effusions: readonly { readonly side: Pneumothorax['side']; readonly height: number }[];
  readonly pneumothoraces: readonly Pneumothorax[];
  /** Size of the heart against the patient's normal one. */
  readonly heartScale: number;
}

/**
 * Gives each finding its place and size. Places hang on the generator alone and sizes on the severity, so that a finding that
 * progresses from one image of a patient to the next stays where it is.
 */
export function placeFindings(rng: Rng, thorax: Thorax, severities: PhantomSeverities): Lesions {
  const { nodule, consolidation, effusion, cardiomegaly, pneumothorax } = severities;
  const pneumothoraces = pneumothorax > 0 ? [placePneumothorax(rng.fork('pneumothorax'), thorax, pneumothorax)] : [];
  const carry = <T extends Point>(lesion: T): T => pneumothoraces.reduce((carried, collapse) => ({ ...carried, ...carryWithLung(thorax, collapse, carried) }), lesion);
  return {
    nodules: nodule > 0 ? placeNodules(rng.fork('nodule'), thorax, nodule).map(carry) : [],
    consolidations: consolidation > 0 ? [carry(placeConsolidation(rng.fork('consolidation'), thorax, consolidation))] : [],
    effusions: effusion > 0 ? placeEffusions(rng.fork('effusion'), effusion) : [],
    pneumothoraces,
    heartScale: cardiomegaly > 0 ? 1.07 + 0.19 * cardiomegaly : 1,
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** One to three nodules, most of them in the upper zones, and more of them in the right lung than there are in people. */
function placeNodules(rng: Rng, thorax: Thorax, severity: number): Lesions['nodules'] {
  const places: Point[] = [];
  const count = 1 + rng.integer(3);
  for (let attempt = 0; attempt < 60 && places.length < count; attempt++) {
    const place = placeInLung(rng, thorax, 0.85, 0.32 + 0.075 * bounded(rng.normal()), 0.53 + 0.16 * bounded(rng.normal()));
    if (places.every((other) => Math.hypot(other.x - place.x, other.y - place.y) > NODULE_DISTANCE)) places.push(place);
  }
  return places.map(({ x, y }, index) => {
    const own = rng.fork(index);
    const radius = (0.95 + 0.65 * severity) * own.uniform(0.85, 1.15);
    return { x, y, z: own.uniform(-4, 4), radius, density: own.uniform(1.6, 2.2) }; // calcified to a degree: denser than tissue
  });
}

function placeConsolidation(rng: Rng, thorax: Thorax, severity: number): Lesions['consolidations'][number] {
  const { x, y } = placeInLung(rng, thorax, 0.55, rng.uniform(0.25, 0.72), rng.uniform(0.15, 0.85));
  const radius = 2.4 + 1.6 * severity;
  return { x, y, radiusX: radius * rng.uniform(0.8, 1.2), radiusY: radius * rng.uniform(0.8, 1.25), density: 0.3 + 0.35 * severity, seed: rng.uniform(0, 64) };
}

function placeEffusions(rng: Rng, severity: number): Lesions['effusions'] {
  const side = rng.integer(2) as 0 | 1;
  const height = 2.6 + 6.5 * severity * severity;
  const first = { side, height };
  return rng.uniform() < 0.3 ? [first, { side: (1 - side) as 0 | 1, height: height * rng.uniform(0.7, 0.95) }] : [first];
}

function placePneumothorax(rng: Rng, thorax: Thorax, severity: number): Pneumothorax {
  return { side: rng.integer(2) as 0 | 1, apexGap: 1.1 + 2.5 * severity, lateralGap: (0.4 + 1.1 * severity) * rng.uniform(0.75, 1.2), end: thorax.lungLength * (0.5 + 0.45 * severity) };
}

/** A point in a lung field, in the right one with a given probability: its height as a share of the lung's length, its distance outwards as a share of the width there. */
function placeInLung(rng: Rng, thorax: Thorax, right: number, height: number, outwards: number): Point {
  const sign = rng.uniform() < right ? -1 : 1;
  const y = height * thorax.lungLength;
  const inner = Math.max(curveAt(thorax.medial, y), 3.2);
  return { x: sign * (inner + outwards * (curveAt(thorax.lateral, y) - inner)), y };
}

/** Where a point of the inflated lung lies in the collapsed one: what grows in a lung goes with it. */
function carryWithLung(thorax: Thorax, pneumothorax: Pneumothorax, { x, y }: Point): Point {
  if (x < 0 !== (pneumothorax.side === 0) || y >= pneumothorax.end) return { x, y };
  const sunk = pneumothorax.apexGap + (y / pneumothorax.end) * (pneumothorax.end - pneumothorax.apexGap);
  return { x: (x * visceralEdge(thorax, sunk, pneumothorax)) / curveAt(thorax.lateral, y), y: sunk };
}

function bounded(normal: number): number {
  return Math.max(-2, Math.min(2, normal));
}
