import type { JSX } from 'preact';
import { FileButton } from '../app/FileButton.tsx';
import { report } from '../app/notices.ts';
import { backend, BUILT_IN, encoderCard, startFailed } from '../compute/computer.ts';
import { BackendChoice } from './BackendChoice.tsx';
import { EncoderFacts } from './EncoderFacts.tsx';
import { ModelCard } from './ModelCard.tsx';
import { openEncoderFile, useBuiltInEncoder } from './openEncoderFile.ts';

/** The open encoder: what it is, how images reach it, where it came from. */
export function EncoderView(): JSX.Element {
  const open = ([file]: readonly File[]): void => void (file && openEncoderFile({ path: file.name, file }).catch(report));
  const card = encoderCard.value;
  return (
    <div class="encoder">
      <section class="pane" aria-label="Open encoder">
        <div class="bar">
          <h2>Encoder</h2>
          <FileButton class="primary" accept=".safetensors" testId="checkpoint" onFiles={open}>Open a checkpoint</FileButton>
          <button type="button" disabled={card?.name === BUILT_IN} onClick={() => void useBuiltInEncoder().catch(report)}>Use the built-in one</button>
        </div>
        {card ? <EncoderFacts card={card} /> : <p class="placeholder">{startFailed.value ? 'No encoder is open, as computing did not start.' : 'Loading…'}</p>}
        <BackendChoice backend={backend.value} />
      </section>
      <section class="pane" aria-label="Model card">{card?.name === BUILT_IN ? <ModelCard /> : <p class="placeholder">The file says of itself what stands to the left. What it learnt from, and how it was judged, whoever made it knows.</p>}</section>
    </div>
  );
}
