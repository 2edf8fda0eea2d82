import { computed, effect, signal } from '@preact/signals';
import { report } from '../app/notices.ts';
import { computer, encoderCard } from '../compute/computer.ts';
import type { CrossValidated } from '../compute/crossValidate.ts';
import { embeddedCount } from '../compute/embedding.ts';
import type { ProbePredictions } from '../compute/fitProbe.ts';
import type { Labelled } from '../compute/labelled.ts';
import { WARN_ABOVE } from '../compute/limits.ts';
import { labelled } from './labels.ts';

/** What the probe says of the images, as of the latest labels. */
export const predictions = signal<ProbePredictions | undefined>(undefined);
/** How well that can be trusted, by finding. */
export const judged = signal<readonly CrossValidated[]>([]);
/** Whether that is of the latest labels. */
export const isJudged = signal(false);
/** Counts probes: what was made of an older one is out of date. */
export const probeTurn = signal(0);

const row = computed(() => new Map(predictions.value?.ids.map((id, index) => [id, index])));

/** The probability that an image shows a finding; nothing where there is no probe for it. */
export function probabilityOf(id: string, finding: string | undefined): number | undefined {
  const column = predictions.value?.findings.findIndex(({ name }) => name === finding) ?? -1;
  return predictions.value?.probabilities[column]?.[row.value.get(id) ?? -1];
}

/** The share of labelled images that are more ordinary than this one; nothing where too few are labelled. */
export function unusualOf(id: string): number | undefined {
  return predictions.value?.unusual?.[row.value.get(id) ?? -1];
}

/** The same, but nothing for an image that is unlike the labelled ones: no order and no colour rests on what is not to be trusted. */
export function trustedProbabilityOf(id: string, finding: string | undefined): number | undefined {
  return (unusualOf(id) ?? 0) >= WARN_ABOVE ? undefined : probabilityOf(id, finding);
}

/** After a label the probe waits this long for the next one, and its judgement, which takes longer, until labelling pauses. */
const FIT_AFTER = 150;
const JUDGE_AFTER = 1200;

let timers: ReturnType<typeof setTimeout>[] = [];

// What was made of another encoder's features says nothing of this one's
effect(() => {
  void encoderCard.value;
  predictions.value = undefined;
  judged.value = [];
});

effect(() => {
  const current = labelled.value;
  void [embeddedCount.value, encoderCard.value];
  for (const timer of timers) clearTimeout(timer);
  isJudged.value = false;
  if (!canLearn(current)) {
    timers = [];
    predictions.value = undefined;
    judged.value = [];
    return;
  }
  timers = [setTimeout(() => void fit(current), FIT_AFTER), setTimeout(() => void judge(current), JUDGE_AFTER)];
});

/** Whether any finding is known to be present in one image and absent in another. */
function canLearn({ findings, images }: Labelled): boolean {
  return findings.some((_, finding) => [0, 1].every((label) => images.some(({ labels }) => labels[finding] === label)));
}

async function fit(current: Labelled): Promise<void> {
  const { value: encoder } = encoderCard;
  try {
    const found = await computer.fitProbe(current);
    if (current !== labelled.value || encoder !== encoderCard.value) return;
    predictions.value = found;
    probeTurn.value++;
  } catch (error) {
    report(error);
  }
}

async function judge(current: Labelled): Promise<void> {
  const { value: encoder } = encoderCard;
  try {
    const found = await computer.crossValidate(current);
    if (current !== labelled.value || encoder !== encoderCard.value) return;
    judged.value = found;
    isJudged.value = true;
  } catch (error) {
    report(error);
  }
}
