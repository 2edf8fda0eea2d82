import type { JSX } from 'preact';
import { backend } from '../compute/computer.ts';
import { embedding, embedQueued, stalled } from '../compute/embedding.ts';
import { opening } from '../images/images.ts';
import { running } from '../pretrain/pretrainState.ts';
import { Progress } from './Progress.tsx';

/** What is being done, and on what. */
export function Status(): JSX.Element {
  return (
    <div class="status" role="status" aria-label="What the studio is doing">
      {opening.value && <Progress label="Opening" {...opening.value} />}
      {embedding.value && <Progress label="Embedding" {...embedding.value} />}
      {stalled.value && <button type="button" class="small" onClick={() => void embedQueued()}>Embed the rest</button>}
      {running.value && <span class="chip busy">Pre-training</span>}
      <span class="chip" title={backend.value?.reason}>{backend.value?.description ?? 'Starting…'}</span>
    </div>
  );
}
