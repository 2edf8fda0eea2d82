import type { Verdict } from '@cxr-ifa/moco';
import { html, type Html } from './html.ts';

/** A run and how its training went. */
export interface RunVerdict {
  readonly run: string;
  /** Absent where nothing was logged yet. */
  readonly verdict?: Verdict | undefined;
  /** Whether the log has the numbers of close looks, without which only the coarsest signs are seen. */
  readonly lookedClosely: boolean;
}

/** Says in plain language how training went, with the numbers that it was seen by. */
export function verdictSection(verdicts: readonly RunVerdict[]): Html {
  return html`<section><h2>How training went</h2>
${verdicts.map(
  ({ run, verdict, lookedClosely }) => html`<div class="verdict"><h3>${run}${verdict && html`: <b class="${verdict.name === 'normal' ? 'well' : verdict.name === 'too early' ? '' : 'ill'}">${verdict.name}</b>`}</h3>
${verdict ? html`<p>${verdict.sentence}.${verdict.advice !== undefined && html` <b>What to do:</b> ${verdict.advice}.`}</p>` : html`<p>The run has logged no step yet.</p>`}
${verdict && verdict.evidence.length > 0 && html`<ul>${verdict.evidence.map((line) => html`<li>${line}</li>`)}</ul>`}
${verdict && !lookedClosely && html`<p class="note">The log has no close looks at the embeddings: a partial collapse, or pairs that batch-norm gives away, would not be seen.</p>`}</div>`,
)}
<p class="note">Read from the latest steps of each log by fixed rules. They tell what goes wrong in known ways, and not whether the features are good: that is for a probe on labels to say.</p>
</section>`;
}
