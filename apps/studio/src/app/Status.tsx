import type { JSX } from 'preact';
import { backend, startFailed } from '../compute/computer.ts';
import { embedding, embedQueued, stalled } from '../compute/embedding.ts';
import { opening } from '../images/images.ts';
import { running } from '../pretrain/pretrainState.ts';
import { Progress } from './Progress.tsx';

/** What is being done, and on what. Beginnings and ends are announced to those who do not see it; counters, which change all the time, are not. */
export function Status(): JSX.Element {
  return (
    <div class="status">
      {opening.value && <Progress label="Opening" {...opening.value} />}
      {embedding.value && <Progress label="Embedding" {...embedding.value} />}
      {stalled.value && <button type="button" class="small" onClick={() => void embedQueued()}>Embed the rest</button>}
      <div class="row" role="status" aria-label="What the studio is doing">
        <span class="unseen">{opening.value ? 'Opening files' : embedding.value ? 'Embedding images' : backend.value ? 'Ready' : ''}</span>
        {running.value && <span class="chip busy">Pre-training</span>}
        <span class="chip" title={backend.value?.reason}>{backend.value?.description ?? (startFailed.value ? 'Cannot compute' : 'Starting…')}</span>
      </div>
    </div>
  );
}
