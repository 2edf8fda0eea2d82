import { gridPicture } from '../output/imageGrid.ts';
import { bandChart } from '../report/bandChart.ts';
import { formatInterval, formatNumber } from '../report/formatValue.ts';
import { html, type Html } from '../report/html.ts';
import { legend } from '../report/legend.ts';
import { pictureTag } from '../report/picture.ts';
import type { GeneratorFigures, NearestFigures, OwnedImages } from './measureGenerator.ts';
import { nearestRows } from './nearestRows.ts';
import type { GanHistory, GanLook } from './readGanHistory.ts';

/** What the page is made of. */
export interface GanEvaluation extends GanHistory {
  readonly run: string;
  readonly step: number;
  readonly imagesSeen: number;
  readonly imageSize: number;
  readonly truncation: number;
  readonly neighbours: number;
  readonly encoder: { readonly name: string; readonly kind: string };
  readonly baseline?: { readonly run: string; readonly step: number; readonly imagesSeen: number; readonly fall: number };
  readonly baselineHistory?: GanHistory | undefined;
  readonly figures: GeneratorFigures;
  readonly samples: { readonly pixels: readonly Float32Array[]; readonly side: number; readonly columns: number };
  readonly images: Record<'generated' | 'heldOut' | 'training', OwnedImages>;
}

/** The body of the page about a generator. */
export function ganEvaluationPage(evaluation: GanEvaluation): Html {
  const { samples, figures, baseline, neighbours, truncation } = evaluation;
  return html`<dl class="facts">${facts(evaluation).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<section><h2>What it draws</h2>
<figure>${pictureTag(gridPicture(samples.pixels, samples), `${samples.pixels.length} samples of the generator`)}
<figcaption>The first ${samples.pixels.length} samples, not chosen${truncation === 1 ? '' : `, at a truncation of ${truncation}`}. They show no patient and are no medical images.</figcaption></figure></section>
<section><h2>How near it comes to held-out radiographs</h2>
<div class="scroll"><table><thead><tr><th>held against held-out images</th><th class="number">images</th><th class="number">KID</th><th class="number">precision</th><th class="number">recall</th></tr></thead><tbody>
${comparisonRows(figures).map(([name, ...values]) => html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td class="number">${value}</td>`)}</tr>`)}
</tbody></table></div>
${baseline && html`<p>The kernel distance is ${(100 * baseline.fall).toFixed(1)} % below that of ${baseline.run} (after ${formatNumber(baseline.imagesSeen)} images).</p>`}
<p><b>KID</b>, the kernel inception distance (Binkowski et al. 2018), is 0 for images of one distribution, whatever their number; by chance it falls below. <b>Precision</b> is the share of generated images that lie among the real ones,
<b>recall</b> the share of real images that lie among the generated ones: within the distance from an image to its ${ordinal(neighbours)} neighbour of the same set (Kynkäänniemi et al. 2019). The other rows say how to read the first:
training images are what a generator would draw that gave them back, and the halves (no patient in both) what chance does to real images. Precision and recall depend on the number of images: compare rows of the same. Intervals are 95 %.</p>
<p class="note">Features by ${evaluation.encoder.name} (${evaluation.encoder.kind}); figures by another encoder do not compare. There is no FID: it depends on the number of images, and on a network that has seen no radiograph.</p></section>
<section><h2>While it was trained</h2>${curve(evaluation)}</section>
<section><h2>Has it learnt its training images by heart?</h2>
<p>How far each generated image is from its nearest training image, beside how far held-out radiographs are from theirs (Meehan et al. 2020).
Below 1, a ratio says that generated images are nearer than real ones; that alone is no copying, as smooth images are near to everything. The control is the last column: where nothing was copied, an image's nearest
radiograph is a training image as often as training images are among all radiographs, and where copies are, more often than in the brackets.</p>
${memoryTable(figures)}
${nearestSection('By features', figures.nearest.features, evaluation.images)}
${nearestSection('By pixels', figures.nearest.pixels, evaluation.images)}
</section>`;
}

/** The comparisons as rows of text: name, images, KID, precision, recall. */
export function comparisonRows({ generated, baseline, training, halves }: GeneratorFigures): [string, string, string, string, string][] {
  const rows = [['generated images', generated], ['what the baseline drew', baseline], ['training images', training], ['held-out: half against half', halves]] as const;
  return rows.flatMap(([name, found]) => (found ? [[name, `${found.images.compared} : ${found.images.real}`, formatInterval(found.kid), formatInterval(found.precision), formatInterval(found.recall)] as [string, string, string, string, string]] : []));
}

function facts({ run, step, imagesSeen, imageSize, cost }: GanEvaluation): [string, string][] {
  return [
    ['run', run],
    ['steps', formatNumber(step)],
    ['images seen', formatNumber(imagesSeen)],
    ['image size', `${imageSize} x ${imageSize} pixels`],
    ...(cost ? ([['training took', `${formatNumber(Number(cost.hours.toPrecision(3)))} h for ${formatNumber(cost.steps)} steps`], ['images a second', formatNumber(Number(cost.imagesPerSecond.toPrecision(3)))]] as [string, string][]) : []),
  ];
}

function ordinal(k: number): string {
  return `${k}${k % 10 === 1 && k % 100 !== 11 ? 'st' : k % 10 === 2 && k % 100 !== 12 ? 'nd' : k % 10 === 3 && k % 100 !== 13 ? 'rd' : 'th'}`;
}

function curve({ looks, run, baseline, baselineHistory }: GanEvaluation): Html {
  const series = [{ name: run, looks }, ...(baseline && baselineHistory ? [{ name: baseline.run, looks: baselineHistory.looks }] : [])].filter((one) => one.looks.length > 0);
  if (series.length === 0) return html`<p class="note">The monitor has not looked yet.</p>`;
  const all = series.flatMap((one) => one.looks.map(({ images }) => images));
  const chart = bandChart(series.map((one) => ({ name: one.name, points: one.looks.map(({ images, kid, kidLow, kidHigh }: GanLook) => ({ x: images, y: kid, low: kidLow, high: kidHigh })) })), { label: 'kernel distance over images seen', xLabel: 'images seen', yLabel: 'KID', ticks: decades(Math.min(...all), Math.max(...all)) });
  return html`<figure class="panel">${chart}${series.length > 1 && legend(series.map(({ name }) => name))}<figcaption>The monitor's looks: the kernel distance to held-out images in the features of the run's own monitor, whatever encoder the figures above are by.</figcaption></figure>`;
}

/** 1, 2 and 5 times powers of ten, those within the domain and one beyond at most. */
function decades(low: number, high: number): { x: number; text: string }[] {
  const marks: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) for (const factor of [1, 2, 5]) if (factor * power >= low && factor * power <= high) marks.push(factor * power);
  const kept = marks.length > 6 ? marks.filter((mark) => String(mark).startsWith('1')) : marks.length > 0 ? marks : [low];
  return kept.map((x) => ({ x, text: x >= 1e6 ? `${x / 1e6}M` : x >= 1000 ? `${x / 1000}k` : String(x) }));
}

function memoryTable({ nearest }: GeneratorFigures): Html {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const row = (name: string, { generated, heldOut, medianRatio, percentile5Ratio, nearerShare, trainingShare }: NearestFigures): Html => html`<tr><th scope="row">${name}</th>
<td class="number">${formatNumber(generated.median)}</td><td class="number">${formatNumber(heldOut.median)}</td><td class="number">${formatInterval(medianRatio)}</td><td class="number">${formatInterval(percentile5Ratio)}</td>
<td class="number">${formatInterval(nearerShare)}</td><td class="number">${percent(trainingShare.value)} of ${percent(trainingShare.expected)} (${percent(trainingShare.expectedLow)} to ${percent(trainingShare.expectedHigh)})</td></tr>`;
  return html`<div class="scroll"><table><thead><tr><th>distance</th><th class="number">median, generated</th><th class="number">median, held-out</th><th class="number">ratio of medians</th><th class="number">ratio of fifth percentiles</th><th class="number">share nearer than 99 % of held-out</th><th class="number">nearest is a training image, of what is expected</th></tr></thead><tbody>
${row('features', nearest.features)}${row('pixels', nearest.pixels)}
</tbody></table></div>`;
}

function nearestSection(title: string, { pairs }: NearestFigures, { generated, heldOut, training }: GanEvaluation['images']): Html {
  return html`<h3>${title}: the nearest pairs of all</h3>
<div class="compared">
<figure>${nearestRows(pairs.generated, generated, training, 'generated')}<figcaption>Left: the generated images that are nearest to a training image. Right: their nearest training images, with the distance. A copy would look the same.</figcaption></figure>
<figure>${nearestRows(pairs.heldOut, heldOut, training, 'held-out')}<figcaption>The same of held-out radiographs: how alike different radiographs can be.</figcaption></figure>
</div>`;
}
