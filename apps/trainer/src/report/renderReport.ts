import type { Verdict } from '@cxr-ifa/moco';
import { classificationDetails, type ClassificationDetails } from './classificationDetails.ts';
import { comparisonSection, type Comparison } from './comparisonSection.ts';
import type { DetectionPart } from './detectionPart.ts';
import { detectionSection } from './detectionSection.ts';
import { embeddingMap, HOW_TO_READ_MAPS, type EmbeddingMap } from './embeddingMap.ts';
import { html, type Html } from './html.ts';
import { neighbourGrid, type NeighbourRow } from './neighbourGrid.ts';
import { probeResults, type ProbeDifference, type ProbeResult } from './probeResults.ts';
import { renderPage } from './renderPage.ts';
import { settings } from './settings.ts';
import { trainingCurves, type MetricsRow } from './trainingCurves.ts';
import { verdictSection } from './verdictSection.ts';
import { viewPairs, type ViewPair } from './viewPairs.ts';

/** What could be made, or why it could not. */
export type Available<T> = T | { readonly missing: string };

/** A pre-training run, as a report shows it. */
export interface PretrainingPart {
  readonly name: string;
  /** The few facts that a reader needs first. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly metrics: readonly MetricsRow[];
  readonly verdict?: Verdict | undefined;
  readonly queueSize?: number | undefined;
  readonly views: Available<readonly ViewPair[]>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly card: Readonly<Record<string, unknown>>;
}

/** A classification run, as a report shows it. */
export interface ClassificationPart {
  readonly name: string;
  readonly probe: ProbeResult;
  /** Curves and galleries; absent where there was nothing to draw them from. */
  readonly details?: ClassificationDetails;
  /** Every filter between the label file and the images used, with its count. */
  readonly counts: readonly (readonly [what: string, value: string | number])[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly card: Readonly<Record<string, unknown>>;
}

/** What one run's encoder finds alike. */
export interface EncoderPart {
  readonly name: string;
  readonly map: EmbeddingMap;
  /** Which images were searched, such as `test images`. */
  readonly source: string;
  readonly searched: number;
  /** Whether a patient's own images could be left out. */
  readonly patientsKnown: boolean;
  readonly rows: readonly NeighbourRow[];
}

export interface ReportContent {
  readonly title: string;
  readonly program: string;
  readonly pretraining: readonly PretrainingPart[];
  readonly classification: readonly ClassificationPart[];
  readonly differences: readonly ProbeDifference[];
  readonly detection: readonly DetectionPart[];
  /** Of two or more pre-training runs. */
  readonly comparison?: Comparison | undefined;
  readonly encoders: readonly Available<EncoderPart>[];
}

/**
 * Renders a report as one page that needs nothing else: no script, no font, no picture from anywhere.
 *
 * @returns The page's HTML.
 */
export function renderReport({ title, program, pretraining, classification, differences, detection, comparison, encoders }: ReportContent): string {
  return renderPage({
    title,
    program,
    body: html`${pretraining.length > 0 && verdictSection(pretraining.map(({ name, verdict, metrics }) => ({ run: name, verdict, lookedClosely: metrics.some((row) => 'embeddingStd' in row) })))}
${comparison && comparisonSection(comparison)}
${pretraining.map((part) => pretrainingSection(part, comparison === undefined))}
${classification.length > 0 && classificationSection(classification, differences)}
${detection.map(detectionSection)}
${encoders.length > 0 && encoderSection(encoders, comparison !== undefined)}
<section><h2>Settings and provenance</h2>
${[...pretraining, ...classification, ...detection].map(
  ({ name, config, card }) => html`<h3>${name}</h3>${settings('Configuration', config)}${settings('Run card: versions, hardware, data', card)}`,
)}
</section>`,
  });
}

/** Curves that are compared are not drawn again. */
function pretrainingSection({ name, facts, metrics, queueSize, views }: PretrainingPart, withCurves: boolean): Html {
  return html`<section><h2>Pre-training: ${name}</h2>
<dl class="facts">${facts.map(([fact, value]) => html`<div><dt>${fact}</dt><dd>${value}</dd></div>`)}</dl>
${withCurves && html`<h3>Training curves</h3>${metrics.length > 0 && trainingCurves({ metrics, queueSize })}`}
${metrics.length === 0 && html`<p class="note">The run has logged no step yet.</p>`}
<h3>Example views</h3>
${'missing' in views ? html`<p class="note">Not shown: ${views.missing}.</p>` : viewPairs(views)}
</section>`;
}

function classificationSection(parts: readonly ClassificationPart[], differences: readonly ProbeDifference[]): Html {
  return html`<section><h2>What the features know: probes</h2>
<p>Each probe reads the features of an encoder that is not trained further. A random encoder of the same shape is the floor: what it reaches needs no pre-training.</p>
${probeResults(
  parts.map(({ probe }) => probe),
  differences,
)}
${parts.map(({ details }) => details && classificationDetails(details))}
${parts.map(({ probe, counts }) => settings(`${probe.name}: from the label file to the images used`, Object.fromEntries(counts)))}
</section>`;
}

function encoderSection(parts: readonly Available<EncoderPart>[], isCompared: boolean): Html {
  return html`<section><h2>What the features hold alike</h2>
${HOW_TO_READ_MAPS}
${parts.map((part) => {
  if ('missing' in part) return html`<p class="note">Not shown: ${part.missing}.</p>`;
  return html`<h3>${part.name}</h3>${embeddingMap(part.map)}${!isCompared && html`<h4>Nearest neighbours</h4>${neighbourGrid(part.rows, part)}`}`;
})}
</section>`;
}
