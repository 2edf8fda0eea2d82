import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { report } from '../app/notices.ts';
import type { SimilarImage } from '../compute/computation.ts';
import { computer } from '../compute/computer.ts';
import { embeddedCount } from '../compute/embedding.ts';
import { imageById, selectedId } from '../images/images.ts';
import { patientOf } from '../learn/labels.ts';
import type { StudioImage } from '../images/studioImage.ts';

const COUNT = 12;

/** The images that an encoder finds most like one. */
export function SimilarImages({ image }: { readonly image: StudioImage | undefined }): JSX.Element {
  const found = useSignal<{ readonly id: string; readonly similar: readonly SimilarImage[] } | undefined>(undefined);
  useEffect(() => {
    if (!image) return;
    let current = true;
    computer.similar(image.id, COUNT).then((similar) => {
      if (current) found.value = { id: image.id, similar };
    }, report);
    return () => void (current = false);
  }, [image?.id, embeddedCount.value]);
  if (!image) return <section class="pane" aria-label="Similar images"><p class="placeholder">Choose an image in the map to find those like it.</p></section>;
  const patient = patientOf(image);
  const similar = found.value?.id === image.id ? found.value.similar : [];
  return (
    <section class="pane" aria-label="Similar images">
      <div class="bar"><h2>Most like this one</h2></div>
      <div class="query">
        <img src={image.thumbnail} alt={image.path} />
        <dl>
          <dt>File</dt><dd>{image.path}</dd>
          <dt>Size</dt><dd>{image.width} × {image.height}, {image.format}</dd>
          {patient !== undefined && <><dt>Patient</dt><dd>{patient}</dd></>}
          <dt>Contrast</dt><dd>{image.quality.contrast.toFixed(2)} of the format's range</dd>
          <dt>Padding</dt><dd>{(100 * image.quality.padding).toFixed(0)} % of the area</dd>
        </dl>
      </div>
      <ul class="similar" data-testid="similar">
        {similar.map(({ id, similarity }) => {
          const other = imageById.value.get(id);
          return other && (
            <li key={id}>
              <button type="button" onClick={() => (selectedId.value = id)} title={other.path}>
                <img src={other.thumbnail} alt={other.path} />
                <span>{similarity.toFixed(3)}{patient !== undefined && patientOf(other) === patient ? ' · same patient' : ''}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <p class="hint">By cosine similarity of their features, 1 for the same. What makes images alike may be anatomy or findings, or exposure, markers and borders.</p>
    </section>
  );
}
