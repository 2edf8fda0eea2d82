import { report, tell } from '../app/notices.ts';
import { images } from '../images/images.ts';
import { takeLabels } from './labels.ts';

/** What is known by construction of phantoms among the images becomes their labels. */
export function takePhantomLabels(): void {
  try {
    const { taken, contradicted } = takeLabels(new Map(images.value.flatMap(({ id, truth }) => (truth ? [[id, truth] as const] : []))));
    tell(`${taken} labels were taken from the phantoms${contradicted > 0 ? `; ${contradicted} stay as labelled here, against them` : ''}.`);
  } catch (error) {
    report(error);
  }
}
