import type { Boxes, Detections } from './boxes.ts';
import { boxIou } from './boxIou.ts';

/** Options of {@link fuseBoxes}. */
export interface FuseBoxesOptions {
  /** The overlap (IoU) above which two boxes of a finding are of one object. @default {0.55} */
  readonly threshold?: number;
  /** How much each source counts. @default {1 for all} */
  readonly weights?: readonly number[];
  /** Boxes with a lower score are left out before. @default {0} */
  readonly minimumScore?: number;
}

/** Boxes that several sources agree on. */
export interface FusedBoxes extends Detections {
  /** How many boxes became one, [n]. */
  readonly members: Int32Array;
  /** How many sources have a box in it, [n]. */
  readonly sources: Int32Array;
}

/**
 * Weighted boxes fusion: boxes of a finding that overlap become one, at their mean weighted by score, instead of the surest one alone. What is common to
 * several models, or to several readers, keeps its score; what only some of them saw loses it in proportion.
 *
 *     box = sum(score_i box_i) / sum(score_i)        score = mean(score_i) min(members, total weight) / total weight
 *
 * @param sources The boxes of each model or reader in one image.
 * @param options Threshold and weights.
 * @returns The fused boxes, the surest first.
 * @throws {RangeError} If the weights do not fit the sources or are not positive, or a box or a score is not finite.
 * @throws {TypeError} If a source's lengths do not fit.
 *
 * @example
 * ```ts
 * const { boxes, scores, sources } = fuseBoxes([firstReader, secondReader, thirdReader], { threshold: 0.4 });
 * ```
 *
 * @see Solovyev et al. 2021, Weighted boxes fusion, section 3; the authors' `ensemble-boxes`, `weighted_boxes_fusion(conf_type='avg')`
 */
export function fuseBoxes(sources: readonly Detections[], { threshold = 0.55, weights = sources.map(() => 1), minimumScore = 0 }: FuseBoxesOptions = {}): FusedBoxes {
  if (weights.length !== sources.length || !weights.every((weight) => weight > 0 && weight < Infinity)) throw new RangeError(`Cannot fuse boxes as each of ${sources.length} sources must have a weight above 0: current weights are [${weights.join(', ')}]`);
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  const clusters: Cluster[] = [];
  for (const { box, score, label, source } of inOrder(sources, weights, minimumScore)) {
    let best: Cluster | undefined;
    let most = threshold;
    for (const cluster of clusters) {
      if (cluster.label !== label) continue;
      const overlap = boxIou(cluster.box, 0, box, 0);
      if (overlap > most) [best, most] = [cluster, overlap];
    }
    if (best) join(best, box, score, source);
    else clusters.push({ label, box: box.slice(), total: score, weighted: Float64Array.from(box, (value) => score * value), members: 1, sources: new Set([source]) });
  }
  const scored = clusters.map((cluster) => ({ ...cluster, score: ((cluster.total / cluster.members) * Math.min(cluster.members, totalWeight)) / totalWeight }));
  const fused = scored.sort((a, b) => b.score - a.score);
  return {
    boxes: Float32Array.from(fused.flatMap(({ box }) => [...box])),
    scores: Float32Array.from(fused, ({ score }) => score),
    labels: Int32Array.from(fused, ({ label }) => label),
    members: Int32Array.from(fused, ({ members }) => members),
    sources: Int32Array.from(fused, ({ sources: from }) => from.size),
  };
}

interface Cluster {
  readonly label: number;
  readonly box: Boxes;
  total: number;
  readonly weighted: Float64Array;
  members: number;
  readonly sources: Set<number>;
}

function join(cluster: Cluster, box: Boxes, score: number, source: number): void {
  cluster.total += score;
  cluster.members++;
  cluster.sources.add(source);
  for (let i = 0; i < 4; i++) {
    cluster.weighted[i] = (cluster.weighted[i] as number) + score * (box[i] as number);
    cluster.box[i] = (cluster.weighted[i] as number) / cluster.total;
  }
}

/** All boxes with their source's weight in their score, the surest first. */
function inOrder(sources: readonly Detections[], weights: readonly number[], minimumScore: number): { box: Boxes; score: number; label: number; source: number }[] {
  const all = sources.flatMap(({ boxes, scores, labels }, source) => {
    if (boxes.length !== 4 * scores.length || labels.length !== scores.length) throw new TypeError(`Cannot fuse boxes as each must have four numbers, a score and a label: current lengths are ${boxes.length}, ${scores.length} and ${labels.length}`);
    if (!boxes.every(Number.isFinite) || !scores.every(Number.isFinite)) throw new RangeError('Cannot fuse boxes as boxes and scores must be finite: current values have one that is not');
    return Array.from(scores, (score, i) => ({ box: boxes.subarray(4 * i, 4 * i + 4), own: score, score: score * (weights[source] as number), label: labels[i] as number, source }));
  });
  return all.filter(({ own, score }) => own >= minimumScore && score > 0).sort((a, b) => b.score - a.score);
}
