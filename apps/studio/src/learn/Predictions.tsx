import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { FEWEST_FOR_DISTRIBUTION, WARN_ABOVE } from '../compute/limits.ts';
import type { StudioImage } from '../images/studioImage.ts';
import { labelOf } from './labels.ts';
import { predictions, probabilityOf, unusualOf } from './probe.ts';

/** What the probe says of one image: first whether it may be asked at all, then the findings. */
export function Predictions({ image, explains, where }: { readonly image: StudioImage | undefined; readonly explains: Signal<boolean>; readonly where: string | undefined }): JSX.Element {
  const known = predictions.value;
  if (!known || !image) return <div class="predictions"><h2>Prediction</h2><p class="hint">Once a finding is present in one labelled image and absent in another, a probe learns it, and again with every label.</p></div>;
  return (
    <div class="predictions">
      <h2>Prediction</h2>
      <Warning image={image} />
      <ul>
        {known.findings.map(({ name, learnt }) => {
          const probability = probabilityOf(image.id, name);
          const label = labelOf(image.id, name);
          return (
            <li key={name}>
              <span>{name}</span>
              {learnt && probability !== undefined ? (
                <>
                  <meter min={0} max={1} value={probability} aria-label={`Probability of ${name}`} />
                  <strong>{(100 * probability).toFixed(0)} %</strong>
                </>
              ) : <span class="muted">{learnt ? 'not embedded yet' : 'labels of one kind only'}</span>}
              <span class="muted fine">{label === undefined ? '' : `labelled ${label === 1 ? 'present' : 'absent'}: learnt from`}</span>
            </li>
          );
        })}
      </ul>
      <label class="check"><input type="checkbox" checked={explains.value} onChange={(event) => (explains.value = event.currentTarget.checked)} /> Show where <kbd>E</kbd></label>
      {where && <p class="hint fine" data-testid="where">{where}.</p>}
      <p class="device">For research only: not a medical device.</p>
    </div>
  );
}

/** Whether the image is like those that the probe learnt from. */
function Warning({ image }: { readonly image: StudioImage }): JSX.Element | null {
  const unusual = unusualOf(image.id);
  if (probabilityOf(image.id, predictions.value?.findings.find(({ learnt }) => learnt)?.name) === undefined) return null; // not embedded yet: nothing is said of it
  if (unusual === undefined) return <p class="hint" data-testid="unusual">Fewer than {FEWEST_FOR_DISTRIBUTION} images are labelled: too few to tell whether this one is like them.</p>;
  if (unusual < WARN_ABOVE) return <p class="hint" data-testid="unusual">Like the labelled images: {(100 * unusual).toFixed(0)} % of them are more ordinary.</p>;
  return <p class="warning" role="status" data-testid="unusual"><strong>Unlike the labelled images</strong> (further out than {Math.floor(100 * unusual)} % of them): do not trust what is predicted of it.</p>;
}
