import { seriesColour } from './chart.ts';
import type { ComparedRow, FeatureSimilarity } from './comparePretraining.ts';
import { html, type Html } from './html.ts';
import { neighbourRows, type NeighbourRow } from './neighbourGrid.ts';
import { overlaidCurves, type CurveRun } from './trainingCurves.ts';

/** Several pre-training runs beside one another. */
export interface Comparison {
  readonly runs: readonly CurveRun[];
  readonly settings: readonly ComparedRow[];
  readonly figures: readonly ComparedRow[];
  /** Each run's nearest neighbours of the same query images. */
  readonly neighbours: readonly { readonly name: string; readonly rows: readonly NeighbourRow[] }[];
  readonly similarity?: FeatureSimilarity | undefined;
}

/** Shows how runs differ and what came of it. */
export function comparisonSection({ runs, settings, figures, neighbours, similarity }: Comparison): Html {
  const names = runs.map(({ name }) => name);
  return html`<section><h2>The runs compared</h2>
<h3>Settings that differ</h3>
${settings.length > 0 ? table(names, settings) : html`<p class="note">None: the runs were made alike.</p>`}
${caution(settings)}
<h3>Final figures</h3>
${table(names, figures, 'Each number is a mean over the last tenth of the steps that were logged', true)}
${similarity && similarityTable(similarity)}
<h3>Curves</h3>
${overlaidCurves(runs)}
${neighbours.length > 1 && html`<h3>Nearest neighbours of the same images</h3>${sideBySide(neighbours)}`}
</section>`;
}

/** What a reader must not conclude. */
function caution(settings: readonly ComparedRow[]): Html {
  const differs = (...names: string[]): boolean => settings.some(([name]) => names.includes(name));
  const sentences = [
    differs('--queue-size', '--temperature') && 'Queue size or temperature differ: InfoNCE, accuracy and logits then mean different things in each run.',
    differs('--ifa') && 'The total loss holds other terms in each run: compare InfoNCE, not the total.',
    differs('--augment', '--augment-arithmetic', '--query') && 'Views are drawn otherwise: the harder ones make every number of the pretext task worse, and say nothing of the features.',
    differs('data.hash') && 'The runs saw different images.',
  ].filter((sentence) => sentence !== false);
  return html`<p>${sentences.map((sentence) => `${sentence} `)}A lower loss is no better encoder: that is for a probe on labels to say (<code>cxr-ifa classify train</code>).</p>`;
}

function table(names: readonly string[], rows: readonly ComparedRow[], caption?: string, isNumeric = false): Html {
  const kind = isNumeric ? 'number' : '';
  return html`<div class="scroll"><table>${caption !== undefined && html`<caption>${caption}</caption>`}
      <thead><tr><th></th>${names.map((name, run) => html`<th class="${kind}">${swatch(run)}${name}</th>`)}</tr></thead>
      <tbody>${rows.map(([name, ...values]) => html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td class="${kind}">${value}</td>`)}</tr>`)}</tbody>
    </table></div>`;
}

function similarityTable({ names, images, values }: FeatureSimilarity): Html {
  return html`<h3>How alike the encoders are</h3>
<div class="scroll"><table><thead><tr><th></th>${names.map((name) => html`<th class="number">${name}</th>`)}</tr></thead>
<tbody>${values.map((row, first) => html`<tr><th scope="row">${names[first]}</th>${row.map((value) => html`<td class="number">${value === undefined ? 'not defined' : value.toFixed(3)}</td>`)}</tr>`)}</tbody></table></div>
<p class="note">Linear centred kernel alignment (CKA) of the features of ${images} images that all runs have: 1 where they are equal up to rotation and scale, about 0 where they are unrelated (Kornblith et al. 2019).</p>`;
}

/** Of each query, what every run finds nearest: one row a run. */
function sideBySide(neighbours: Comparison['neighbours']): Html {
  const [first] = neighbours as [Comparison['neighbours'][number], ...Comparison['neighbours'][number][]];
  const shown = first.rows.flatMap(({ query }) => {
    const rows = neighbours.map(({ name, rows: own }) => ({ name, row: own.find((row) => row.query.name === query.name) }));
    return rows.every(({ row }) => row) ? [rows as { name: string; row: NeighbourRow }[]] : [];
  });
  return html`<div class="compared">${shown.map((rows) => html`<figure>${neighbourRows(rows.map(({ row }) => row), rows.map(({ name }, run) => html`${swatch(run)}${name}`))}</figure>`)}</div>
    <p class="note">Each block is one query, with one row a run: left the query, right the images nearest to it by that run's encoder, with their cosine similarity. Similarities of different encoders are on different scales: compare the images, not the numbers.</p>`;
}

function swatch(run: number): Html {
  return html`<span class="swatch" style="background:${seriesColour(run)}"></span>`;
}
