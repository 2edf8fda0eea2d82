import { intervalChart } from './chart.ts';
import { formatInterval } from './formatValue.ts';
import { html, type Html } from './html.ts';
import { legend } from './legend.ts';

/** A statistic and its interval, as `metrics.json` has it; null where it is not defined. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** How one probe did on one finding's test images. */
export interface ProbedFindingResult {
  readonly finding: string;
  readonly auroc: Estimate;
  readonly positives: number;
  readonly negatives: number;
}

/** One probe on one encoder. */
export interface ProbeResult {
  /** What is compared, such as `pretrained, linear`. */
  readonly name: string;
  readonly findings: readonly ProbedFindingResult[];
  /** How many training images and patients the probe saw. */
  readonly trainingImages: number;
  readonly trainingPatients: number;
  readonly testImages: number;
  readonly testPatients: number;
  readonly bootstrap: { readonly samples: number; readonly confidence: number };
}

/** The difference of two probes' AUROC on the same test images. */
export interface ProbeDifference {
  readonly first: string;
  readonly second: string;
  readonly finding: string;
  readonly difference: Estimate;
}

/** Shows probes beside one another, with intervals, and their paired differences. */
export function probeResults(probes: readonly ProbeResult[], differences: readonly ProbeDifference[]): Html {
  const drawn = probes.flatMap(({ findings }, series) =>
    findings.flatMap(({ finding, auroc: { value, low, high } }) => (value === null ? [] : [{ row: finding, series, value, low: low ?? value, high: high ?? value }])),
  );
  const label = `AUROC by finding: ${drawn.map(({ row, series, value }) => `${row}, ${probes[series]?.name}: ${value.toFixed(3)}`).join('; ')}`;
  return html`${
      drawn.length > 0 &&
      html`<figure class="intervals">
        ${intervalChart(drawn, { label, xLabel: 'AUROC on test images', reference: 0.5 })}
        ${legend(probes.map(({ name }) => name))}
        <figcaption>Area under the ROC curve on the test images: the share of pairs of a positive and a negative image that the probe puts in the right order. Dot: the estimate. Bar: its ${intervalName(probes)} over ${samplesOf(probes)} bootstrap draws of patients. Dashed: chance, 0.5.</figcaption>
      </figure>`
    }
    <div class="scroll"><table>
      <caption>AUROC with its ${intervalName(probes)}, by bootstrap over patients</caption>
      <thead><tr><th>Finding</th>${probes.map(({ name }) => html`<th class="number">${name}</th>`)}<th class="number">Positive, negative</th></tr></thead>
      <tbody>${namesOf(probes).map(
        (finding) => html`<tr><th scope="row">${finding}</th>${probes.map(({ findings }) => {
          const own = findings.find((candidate) => candidate.finding === finding);
          return html`<td class="number">${own ? formatEstimate(own.auroc) : 'not probed'}</td>`;
        })}<td class="number">${countsOf(probes, finding)}</td></tr>`,
      )}</tbody>
    </table></div>
    ${pairsOf(differences).map(differenceTable)}
    <p class="note">${probes.map(({ name, trainingImages, trainingPatients, testImages, testPatients }) => `${name}: fitted on ${trainingImages} images of ${trainingPatients} patients, tested on ${testImages} images of ${testPatients}.`).join(' ')}</p>`;
}

function differenceTable(differences: readonly ProbeDifference[]): Html {
  const [{ first, second }] = differences as [ProbeDifference];
  const apart = differences.filter(({ difference: { low, high } }) => low !== null && high !== null && low * high > 0).map(({ finding }) => finding);
  return html`<div class="scroll"><table>
      <caption>AUROC of ${first} minus that of ${second}, on the same test images</caption>
      <thead><tr><th>Finding</th><th class="number">Difference (interval)</th></tr></thead>
      <tbody>${differences.map(({ finding, difference }) => html`<tr><th scope="row">${finding}</th><td class="number">${formatEstimate(difference, true)}</td></tr>`)}</tbody>
    </table></div>
    <p class="note">The interval excludes 0 for ${apart.length === 0 ? 'none' : `${apart.length} (${apart.join(', ')})`} of ${differences.length} ${differences.length === 1 ? 'finding' : 'findings'}. Both probes see the same patients in every draw, so that what makes an image hard cancels.
    An interval that holds 0 does not tell the two apart; the more findings, the likelier that one excludes 0 by chance.</p>`;
}

/** The differences of each pair of probes together. */
function pairsOf(differences: readonly ProbeDifference[]): ProbeDifference[][] {
  const pairs = new Map<string, ProbeDifference[]>();
  for (const difference of differences) {
    const pair = `${difference.first}\n${difference.second}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), difference]);
  }
  return [...pairs.values()];
}

function intervalName(probes: readonly ProbeResult[]): string {
  return `${[...new Set(probes.map(({ bootstrap }) => `${bootstrap.confidence * 100} %`))].join(' or ')} interval`;
}

function samplesOf(probes: readonly ProbeResult[]): string {
  return [...new Set(probes.map(({ bootstrap }) => bootstrap.samples.toLocaleString('en')))].join(' or ');
}

function formatEstimate({ value, low, high }: Estimate, signed = false): string {
  return formatInterval({ value: value ?? undefined, low: low ?? undefined, high: high ?? undefined }, { signed });
}

function namesOf(probes: readonly ProbeResult[]): string[] {
  return [...new Set(probes.flatMap(({ findings }) => findings.map(({ finding }) => finding)))];
}

/** Positives and negatives of a finding in the test images; of each probe where they differ. */
function countsOf(probes: readonly ProbeResult[], finding: string): string {
  const counts = probes.flatMap(({ findings }) => findings.filter((own) => own.finding === finding).map(({ positives, negatives }) => `${positives}, ${negatives}`));
  return [...new Set(counts)].join('; ');
}
