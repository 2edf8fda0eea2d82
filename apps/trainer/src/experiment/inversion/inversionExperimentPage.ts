import { describeLeak, type Leak } from '../../classify/findLeak.ts';
import { intervalText } from '../../invert/intervalText.ts';
import { metricName } from '../../invert/metricName.ts';
import { html, type Html } from '../../report/html.ts';
import { pictureTag } from '../../report/picture.ts';
import type { InversionResults, InversionRow } from './writeInversionResults.ts';

/** The pictures of the page. */
export interface ComparedPictures {
  readonly originals: readonly Float32Array[];
  readonly rows: readonly Pick<InversionRow, 'name' | 'pictures' | 'scores'>[];
  readonly names: readonly string[];
  readonly side: number;
}

const SHOWN = 8;

/** The body of the page: tables, what they rest on, and the same images by every row. */
export function inversionExperimentPage({ images, patients, samples, confidence, baseline, generator, rows, metrics, findings, distances }: InversionResults, pictures: ComparedPictures): Html {
  const facts = [['images', images], ['of patients', patients], ['generator after', `${generator.step} steps`], ['generator trained on', seen(generator.leak)], ...findings.map(({ finding, positives, negatives }) => [finding, `${positives} positive, ${negatives} negative`] as const), ['bootstrap draws', samples]] as const;
  const names = rows.map(({ name }) => name);
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<h2>Side by side</h2>
<p>Means over images with ${confidence * 100} % intervals over patients. Every row has the same images, the same latents and noise to begin with, and the same steps. Pixels are in the loss of every row; the judges' features and the classifier's log odds are in none.</p>
${table(metrics, names, ({ value }) => intervalText(value))}
<h2>Beyond ${baseline}</h2>
<p>The same minus that of ${baseline}, image by image. An interval that holds 0 does not tell the two apart; the more there are, the likelier that one excludes it by chance.</p>
${table(metrics, names.filter((name) => name !== baseline), ({ difference }) => (difference ? intervalText(difference, { signed: true }) : ''))}
${distances.length > 0 && html`<h2>Reconstructions as a set</h2>
<p>The kernel distance (KID) between reconstructions of one half of the patients and originals of the other; between originals of the two there is nothing but chance.</p>
<div class="scroll"><table><thead><tr><th>judge</th><th>row</th><th class="number">reconstructions</th><th class="number">originals</th></tr></thead><tbody>
${distances.map(({ judge, name, distance }) => html`<tr><th scope="row">${judge}</th><td>${name}</td><td class="number">${distance ? intervalText(distance.reconstructions) : 'too few images'}</td><td class="number">${distance ? intervalText(distance.originals) : ''}</td></tr>`)}
</tbody></table></div>`}
<h2>Images</h2>
<p>The first ${Math.min(SHOWN, images)} of the images, drawn by the seed, and each row's reconstruction with its PSNR.</p>
${pictures.names.slice(0, SHOWN).map((name, image) => strip(pictures, name, image))}
<h2>What it rests on</h2>
<div class="scroll"><table><thead><tr><th>row</th><th>perceptual encoder</th><th class="number">seconds</th><th>images seen before</th></tr></thead><tbody>
${rows.map(({ name, encoder, seconds, leak }) => html`<tr><th scope="row">${name}</th><td>${encoder ?? 'a floor'}</td><td class="number">${seconds === null ? '' : seconds.toFixed(0)}</td><td>${describeLeak(leak) ?? 'none'}</td></tr>`)}
</tbody></table></div>`;
}

function seen(leak: Leak | null): string {
  return leak === null ? 'not known' : `${leak.images} of the images${leak.patients === null ? '' : `, ${leak.patients} of the patients`}`;
}

function table(metrics: InversionResults['metrics'], names: readonly string[], read: (row: InversionResults['metrics'][number]['rows'][number]) => string): Html {
  const others = [...new Set(metrics.flatMap(({ rows }) => rows.map(({ name }) => name)))].filter((name) => !names.includes(name) && metrics.some(({ rows }) => rows.some((row) => row.name === name && read(row) !== '')));
  const shown = [...names, ...others];
  return html`<div class="scroll"><table><thead><tr><th></th>${shown.map((name) => html`<th class="number">${name}</th>`)}</tr></thead><tbody>
${metrics.map(({ metric, rows }) => html`<tr><th scope="row">${metricName(metric)}</th>${shown.map((name) => {
    const row = rows.find((own) => own.name === name);
    return html`<td class="number">${row ? read(row) : ''}</td>`;
  })}</tr>`)}
</tbody></table></div>`;
}

function strip({ originals, rows, side }: ComparedPictures, name: string, image: number): Html {
  const picture = (pixels: Float32Array, what: string, says: string): Html => html`<div class="column">${pictureTag({ pixels, width: side, height: side }, `${what} of ${name}`)}<span>${what}</span><span>${says}</span></div>`;
  return html`<p class="row-title">${name}</p><div class="strip">${picture(originals[image] as Float32Array, 'original', '')}${rows.map((row) => picture(row.pictures[image] as Float32Array, row.name, `${(row.scores.columns['psnr']?.[image] as number).toFixed(1)} dB`))}</div>`;
}
