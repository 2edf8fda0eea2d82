import { bootstrapBand, precisionRecallCurve, reliabilityTable, rocCurve, type PrecisionRecallCurve, type RocCurve } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';
import type { Prediction } from '../classify/predictionsFile.ts';
import type { Curve } from './curveChart.ts';

/** One finding's curves on the test images; undefined where its known labels are of one class. */
export interface FindingCurves {
  readonly finding: string;
  readonly positives: number;
  readonly negatives: number;
  readonly roc: Curve;
  readonly precisionRecall: Curve;
  /** Predicted probability against the share of positives, in bins of equal numbers of images. */
  readonly reliability: Curve;
}

const PLACES = Array.from({ length: 51 }, (_, index) => index / 50);
const SAMPLES = 500;
const BINS = 10;

/** The curves of one finding and their bands, by a bootstrap over patients. */
export function findingCurves(finding: string, column: number, images: readonly Prediction[], { rng, confidence }: { readonly rng: Rng; readonly confidence: number }): FindingCurves | undefined {
  const known = images.filter(({ labels, probabilities }) => labels[column] !== undefined && probabilities[column] !== undefined);
  const [labels, scores] = [known.map((image) => image.labels[column] as number), known.map((image) => image.probabilities[column] as number)];
  const patients = known.map(({ patient }) => patient);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const [roc, precisionRecall] = [rocCurve(scores, labels), precisionRecallCurve(scores, labels)];
  if (!roc || !precisionRecall || new Set(patients.map((patient, row) => patient ?? row)).size < 2) return undefined;

  const drawing = { samples: SAMPLES, confidence };
  const bins = reliabilityTable(scores, labels, { bins: BINS, binning: 'equalMass' });
  const binOf = scores.map((score) => bins.findLastIndex(({ low }) => score >= low));
  const shares = (weights: ArrayLike<number>): number[] => {
    const [hit, all] = [new Float64Array(bins.length), new Float64Array(bins.length)];
    binOf.forEach((bin, row) => {
      hit[bin] = (hit[bin] as number) + (weights[row] as number) * (labels[row] as number);
      all[bin] = (all[bin] as number) + (weights[row] as number);
    });
    return Array.from(hit, (value, bin) => value / (all[bin] as number));
  };
  const bandOf = (curve: Parameters<typeof bootstrapBand>[0], places: readonly number[], name: string): Curve['band'] => {
    const band = bootstrapBand(curve, patients, { ...drawing, rng: rng.fork(finding, name) });
    return places.map((x, index) => ({ x, low: band?.low[index] ?? NaN, high: band?.high[index] ?? NaN })).filter(({ low, high }) => low <= high);
  };
  return {
    finding,
    positives,
    negatives: labels.length - positives,
    roc: { points: pairs(roc.falsePositiveRate, roc.truePositiveRate), band: bandOf((weights) => sensitivities(rocCurve(scores, labels, { weights })), PLACES, 'roc') },
    precisionRecall: { points: pairs(precisionRecall.recall, precisionRecall.precision), band: bandOf((weights) => precisions(precisionRecallCurve(scores, labels, { weights })), PLACES.slice(1), 'precision') },
    reliability: { points: bins.map(({ meanProbability, positiveShare }) => [meanProbability, positiveShare] as const), band: bandOf(shares, bins.map(({ meanProbability }) => meanProbability), 'reliability') },
  };
}

/** Sensitivity at each place of the false positive rate, on the line between the curve's corners. */
function sensitivities(curve: RocCurve | undefined): number[] | undefined {
  if (!curve) return undefined;
  const { falsePositiveRate: x, truePositiveRate: y } = curve;
  let corner = 1;
  return PLACES.map((place) => {
    while (corner < x.length - 1 && (x[corner] as number) <= place) corner++;
    const [from, to] = [x[corner - 1] as number, x[corner] as number];
    return to > from ? (y[corner - 1] as number) + ((Math.min(place, to) - from) / (to - from)) * ((y[corner] as number) - (y[corner - 1] as number)) : (y[corner] as number);
  });
}

/** Precision where recall first reaches each place. */
function precisions(curve: PrecisionRecallCurve | undefined): number[] | undefined {
  if (!curve) return undefined;
  return PLACES.slice(1).map((place) => curve.precision[curve.recall.findIndex((recall) => recall >= place - 1e-12)] as number);
}

function pairs(x: Float64Array, y: Float64Array): (readonly [number, number])[] {
  return Array.from(x, (value, index) => [value, y[index] as number] as const);
}
