import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { report } from '../app/notices.ts';
import { startFailed } from '../compute/computer.ts';
import { embeddedCount, embedding } from '../compute/embedding.ts';
import { imageById, selectedImage } from '../images/images.ts';
import type { StudioImage } from '../images/studioImage.ts';
import { activeFinding, folderIsPatient, labelOf, labels, patientOf } from '../learn/labels.ts';
import { predictions, trustedProbabilityOf } from '../learn/probe.ts';
import { COLOUR_BY, colouring, type ColourBy } from './colouring.ts';
import { FEWEST, isStale, layingOut, layout, layOut } from './layout.ts';
import { MapPlot } from './MapPlot.tsx';
import { SimilarImages } from './SimilarImages.tsx';

/** Images by likeness: a map of all, and those most like one. */
export function ExploreView(): JSX.Element {
  const by = useSignal<ColourBy>(activeFinding.value === undefined ? 'contrast' : 'label');
  const count = embeddedCount.value;
  const isWanted = isStale.value && embedding.value === undefined && count >= FEWEST && !layingOut.value;
  useEffect(() => {
    if (isWanted) layOut().catch(report);
  }, [isWanted]);
  const known = layout.value;
  const source = { finding: activeFinding.value, labelOf: (id: string) => labelOf(id, activeFinding.value), probabilityOf: (id: string) => trustedProbabilityOf(id, activeFinding.value), patientOf };
  const coloured = useMemo(
    () => known && colouring(by.value, known.ids.map((id) => imageById.value.get(id)).filter((image): image is StudioImage => image !== undefined), source),
    [known, by.value, labels.value, activeFinding.value, predictions.value, folderIsPatient.value],
  );
  return (
    <div class="split">
      <section class="pane" aria-label="Map">
        <div class="bar">
          <h2>Map</h2>
          <label>Colour by <select value={by.value} onChange={(event) => (by.value = event.currentTarget.value as ColourBy)}>{COLOUR_BY.map((name) => <option key={name}>{name}</option>)}</select></label>
          <button type="button" disabled={layingOut.value || count < FEWEST} onClick={() => void layOut().catch(report)}>{layingOut.value ? 'Laying out…' : 'Lay out anew'}</button>
        </div>
        {known && coloured ? (
          <>
            <MapPlot layout={known} colours={coloured.colours} />
            <ul class="legend" aria-label="Colours">{coloured.legend.map(({ colour, text }) => <li key={text}><span style={{ background: colour }} />{text}</li>)}</ul>
            <p class="hint">{known.method === 'UMAP' ? 'By UMAP of cosine distances: neighbours are alike for the encoder; distances between groups, their sizes and the axes mean nothing.' : 'Along the first two principal components, as there are few images.'}</p>
          </>
        ) : (
          <p class="placeholder">{layingOut.value ? 'Laying out…' : startFailed.value ? 'Nothing can be embedded, as computing did not start: see Encoder.' : count < FEWEST ? `Open at least ${FEWEST} images to see them by likeness.` : 'The map is drawn when all images are embedded.'}</p>
        )}
      </section>
      <SimilarImages image={selectedImage.value} />
    </div>
  );
}
