import type { Estimate } from '../../classify/findingColumn.ts';
import { bandChart, type BandSeries } from '../../report/bandChart.ts';
import { formatInterval } from '../../report/formatValue.ts';
import { html, type Html } from '../../report/html.ts';
import { legend } from '../../report/legend.ts';
import { describeLeak } from '../../classify/findLeak.ts';
import { formatLevel } from './formatLevel.ts';
import type { ExperimentResults, LevelResult } from './writeResults.ts';

const TITLES: Readonly<Record<string, string>> = { linear: 'linear probe', 'fine-tune': 'fine-tuned' };

/** The body of an experiment's page: curves with bands, tables, and what they rest on. */
export function experimentPage(results: ExperimentResults): Html {
  const { experiment, notes, test, samples, confidence, splitSource, levels } = results;
  const names = notes.map(({ name }) => name);
  const panels = groupBy(levels, ({ finding, method, handling }) => [finding, method, handling].join('\n'));
  return html`<dl class="facts">
${[['test images', test.images], ['of patients', test.patients], ...Object.entries(test.positives).map(([finding, count]) => [`positive for ${finding}`, count] as const), ['splits', splitSource], ['bootstrap draws', samples]].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>
<h2>Curves</h2>
<p>${experiment === 'scarcity' ? 'The more labelled patients a classifier is trained on, the further to the right.' : 'The rarer the finding among the training images, the further to the left.'} Dot: the mean AUROC on the test images over the draws of training ${experiment === 'scarcity' ? 'patients' : 'positives'}. Band: its ${confidence * 100} % interval over test patients and draws together. Bands overlap also where encoders are told apart: they are compared as pairs, below.</p>
${legend(names)}
<div class="panels">${panels.map((panel) => curve(panel, names, experiment))}</div>
<h2>Side by side</h2>
<p>Bold: the highest mean of a row, where its difference to each of the others excludes 0, all of them together at ${confidence * 100} % (Bonferroni). Where nothing is bold, the data do not tell which is best.</p>
${panels.map((panel) => table(panel, names, experiment, 'AUROC', ({ auroc }) => auroc))}
${names.length > 1 && html`<h2>Beyond ${results.baseline}</h2>
<p>The AUROC minus that of ${results.baseline}, trained on the same draws and tested on the same patients. An interval that holds 0 does not tell the two apart; the more rows, the likelier that one excludes it by chance.</p>
${panels.map((panel) => table(panel, names.filter((name) => name !== results.baseline), experiment, `AUROC minus ${results.baseline}`, ({ difference }) => difference, true))}`}
<h2>What it rests on</h2>
<div class="scroll"><table><thead><tr><th>encoder</th><th>what it is</th><th>test images seen before</th></tr></thead><tbody>
${notes.map(({ name, encoder, leak }) => html`<tr><th scope="row">${name}</th><td>${encoder}</td><td>${describeLeak(leak) ?? 'none'}</td></tr>`)}
</tbody></table></div>
<p class="note">All cells, with training counts, AUPRC and balanced accuracy, are in cells.jsonl, table.csv and results.json beside this page. Linear probes: the penalty is chosen on the validation images where all training labels are used, and otherwise by cross-validation over the drawn patients. Fine-tuning: a fixed number of steps, nothing chosen. No test image took part in any choice. With few draws the intervals are a little too narrow.</p>`;
}

function curve(panel: readonly LevelResult[], names: readonly string[], experiment: ExperimentResults['experiment']): Html {
  const [first] = panel as [LevelResult];
  const series = names.map((name): BandSeries => ({
    name,
    points: panel.flatMap(({ level, encoders }) => {
      const auroc = encoders.find((own) => own.name === name)?.auroc;
      return auroc?.value == null ? [] : [{ x: level, y: auroc.value, low: auroc.low ?? auroc.value, high: auroc.high ?? auroc.value }];
    }),
  }));
  const title = titleOf(first);
  const label = `${title}: ${series.map(({ name, points }) => `${name} ${points.map(({ x, y }) => `${formatLevel(experiment, x)} ${y.toFixed(3)}`).join(', ')}`).join('; ')}`;
  return html`<figure class="panel"><h4>${title}</h4>${bandChart(series, { label, xLabel: experiment === 'scarcity' ? 'training patients with labels' : 'positive : negative in training', yLabel: 'AUROC', ticks: panel.map(({ level }) => ({ x: level, text: formatLevel(experiment, level) })) })}</figure>`;
}

function table(panel: readonly LevelResult[], names: readonly string[], experiment: ExperimentResults['experiment'], what: string, read: (row: LevelResult['encoders'][number]) => Estimate | null, signed = false): Html {
  const [first] = panel as [LevelResult];
  const shown = names.filter((name) => panel.some(({ encoders }) => encoders.some((own) => own.name === name)));
  return html`<div class="scroll"><table><caption>${titleOf(first)}: ${what}</caption>
<thead><tr><th>${experiment === 'scarcity' ? 'patients' : 'positive : negative'}</th><th class="number">training images</th><th class="number">positive</th>${shown.map((name) => html`<th class="number">${name}</th>`)}</tr></thead><tbody>
${panel.map(({ level, encoders }) => html`<tr><th scope="row">${formatLevel(experiment, level)}</th><td class="number">${Math.round(encoders[0]?.trainingImages ?? 0)}</td><td class="number">${Math.round(encoders[0]?.trainingPositives ?? 0)}</td>${shown.map((name) => {
    const row = encoders.find((own) => own.name === name);
    const estimate = row && read(row);
    const text = estimate ? formatInterval({ value: estimate.value ?? undefined, low: estimate.low ?? undefined, high: estimate.high ?? undefined }, { signed }) : 'not run';
    return html`<td class="number">${row?.isBest && !signed ? html`<b>${text}</b>` : text}</td>`;
  })}</tr>`)}
</tbody></table></div>`;
}

function titleOf({ finding, method, handling }: LevelResult): string {
  return `${finding}, ${TITLES[method]}${handling === 'none' ? '' : `, ${handling}`}`;
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
