import { applyLabelPolicy, patientsOf, splitByPatient } from '@cxr-ifa/datasets';
import { createRng, InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { drawFraction } from '../classify/drawFraction.ts';
import { SPLIT_NAMES } from '../classify/selectLabelled.ts';

/** On which images an encoder is scored while it trains: in the run's folder, so that a resumed run goes on with the same. */
export const probeImagesSchema = z.object({
  format: z.literal('cxr-ifa-probe-images-1'),
  findings: z.array(z.string()).min(1),
  /** By their place among the prepared images; a label that is not known is null. */
  images: z.array(z.object({ index: z.int().nonnegative(), heldOut: z.boolean(), labels: z.array(z.union([z.literal(0), z.literal(1), z.null()])) })),
});
export type ProbeImages = z.output<typeof probeImagesSchema>;

/** The share of patients whose labels the probes do not see, and are judged by. */
const HELD_OUT = 0.3;

/** What {@link chooseProbeImages} is told. */
export interface ProbeImageOptions {
  readonly findings: readonly string[];
  /** About how many images at the most. */
  readonly most: number;
  readonly seed: number;
}

/**
 * Chooses the images to probe an encoder on while it trains: of those that it trains on, without those of a test split, by patient.
 * Uncertain and blank labels are unknown.
 *
 * @param records What is known of the images.
 * @param paths The prepared images, in their order.
 * @throws {InputError} If the labels do not speak of a finding, or one of the parts lacks images with it or without it.
 */
export function chooseProbeImages(records: readonly ImageRecord[], paths: readonly string[], { findings, most, seed }: ProbeImageOptions): ProbeImages {
  const rng = createRng(seed).fork('probe');
  const positions = new Map(paths.map((path, index) => [path, index]));
  const usable = records.filter(({ path, split }) => positions.has(path) && SPLIT_NAMES[split?.toLowerCase() ?? ''] !== 'test');
  const { known } = applyLabelPolicy(usable, { uncertain: 'u-ignore', blank: 'unknown' }, findings);
  const labelled = usable.filter((_, row) => findings.some((_name, finding) => known[row * findings.length + finding]));
  if (patientsOf(labelled).size < 4) throw new InputError(`Cannot probe while training as at least 4 patients with a known label of ${findings.join(', ')} are needed, outside of any test split: current number is ${patientsOf(labelled).size}`);
  const drawn = drawFraction(labelled, Math.min(1, most / labelled.length), rng);
  const split = splitByPatient(drawn, { fractions: { train: 1 - HELD_OUT, heldOut: HELD_OUT }, rng });
  const matrix = applyLabelPolicy(split, { uncertain: 'u-ignore', blank: 'unknown' }, findings);
  const images = split.map((record, row) => ({
    index: positions.get(record.path) as number,
    heldOut: record.split === 'heldOut',
    labels: findings.map((_, finding) => (matrix.known[row * findings.length + finding] ? (matrix.labels[row * findings.length + finding] as 0 | 1) : null)),
  }));
  for (const [finding, name] of findings.entries()) {
    for (const heldOut of [false, true]) {
      const count = (label: 0 | 1): number => images.filter((image) => image.heldOut === heldOut && image.labels[finding] === label).length;
      if (count(0) === 0 || count(1) === 0) throw new InputError(`Cannot probe ${name} while training as both parts of the images need some with it and some without: current numbers of the ${heldOut ? 'held-out' : 'training'} part are ${count(1)} and ${count(0)}`);
    }
  }
  return { format: 'cxr-ifa-probe-images-1', findings: [...findings], images };
}
