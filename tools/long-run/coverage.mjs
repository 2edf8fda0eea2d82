// How often 95 % intervals of an AUROC hold the true value, by simulation; writes coverage.json beside this script.
// usage: node tools/long-run/coverage.mjs [--sets 1000] [--samples 500] [--seed 1]     (after npm run build)
//
// A positive scores 1 normal unit times `separation` above a negative. A share `correlation` of the scores' variance is the patient's own, so that the
// AUROC of images of different patients is Phi(separation / sqrt 2). Labels are the patient's or the image's. Pairs within a patient, where that share
// cancels, are under 1 % of all and move the truth by under 0.002.
import { aurocStatistic, delong, patientBootstrap } from '@cxr-ifa/metrics';
import { createRng } from '@cxr-ifa/tensor';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { sets: { type: 'string', default: '1000' }, samples: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } } });
const [sets, samples, seed] = [values.sets, values.samples, values.seed].map(Number);

/** AUROC: [separation, AUROC] pairs of the binormal model. */
const MODERATE = [1, 0.760250];
const GOOD = [1.812388, 0.9];
const EXCELLENT = [2.904451, 0.98];

/** images: the number a patient, or 'uneven' for 1 to 8, mostly few. labels: whether they are the patient's or the image's. */
const scenarios = [
  { patients: 200, images: 1, prevalence: 0.3, labels: 'image', correlation: 0, truth: MODERATE },
  { patients: 200, images: 1, prevalence: 0.05, labels: 'image', correlation: 0, truth: MODERATE },
  { patients: 1000, images: 1, prevalence: 0.02, labels: 'image', correlation: 0, truth: GOOD },
  { patients: 200, images: 1, prevalence: 0.2, labels: 'image', correlation: 0, truth: EXCELLENT },
  { patients: 60, images: 3, prevalence: 0.5, labels: 'patient', correlation: 0.8, truth: MODERATE },
  { patients: 200, images: 3, prevalence: 0.1, labels: 'patient', correlation: 0.8, truth: MODERATE },
  { patients: 300, images: 3, prevalence: 0.05, labels: 'patient', correlation: 0.5, truth: GOOD },
  { patients: 200, images: 3, prevalence: 0.1, labels: 'image', correlation: 0.8, truth: MODERATE },
  { patients: 200, images: 'uneven', prevalence: 0.1, labels: 'patient', correlation: 0.8, truth: GOOD },
];

function simulate(rng, { patients, images, prevalence, labels: level, correlation, truth: [separation] }) {
  const [patientOf, labels, scores] = [[], [], []];
  for (let patient = 0; patient < patients; patient++) {
    const count = images === 'uneven' ? 1 + Math.floor(8 * rng.uniform() ** 3) : images;
    const effect = rng.normal();
    const own = rng.uniform() < prevalence ? 1 : 0;
    for (let image = 0; image < count; image++) {
      const label = level === 'patient' ? own : rng.uniform() < prevalence ? 1 : 0;
      patientOf.push(patient);
      labels.push(label);
      scores.push(separation * label + Math.sqrt(correlation) * effect + Math.sqrt(1 - correlation) * rng.normal());
    }
  }
  return { patientOf, labels, scores };
}

/** Each gives an interval of one simulated data set, or undefined where it has none. */
const auroc = (scores, labels, patients, options) => patientBootstrap({ auroc: aurocStatistic(scores, labels) }, patients, { samples, ...options }).auroc;
const methodsOfOneImage = {
  'bootstrap of patients': ({ scores, labels, patientOf }, rng) => auroc(scores, labels, patientOf, { rng }),
  'bootstrap of patients, BCa': ({ scores, labels, patientOf }, rng) => auroc(scores, labels, patientOf, { rng, interval: 'bca' }),
  'DeLong, logit': ({ scores, labels, patientOf }) => delong(scores, labels, patientOf.map(() => undefined)),
  'DeLong, Wald': ({ scores, labels, patientOf }) => delong(scores, labels, patientOf.map(() => undefined), { scale: 'wald' }),
};
const methodsOfSeveral = {
  ...methodsOfOneImage, // as if images were independent
  'bootstrap of images': ({ scores, labels, patientOf }, rng) => auroc(scores, labels, patientOf.map(() => undefined), { rng }),
  'clustered DeLong, logit': ({ scores, labels, patientOf }) => delong(scores, labels, patientOf, { clustered: true }),
  'clustered DeLong, Wald': ({ scores, labels, patientOf }) => delong(scores, labels, patientOf, { clustered: true, scale: 'wald' }),
};

const results = scenarios.map((scenario, index) => {
  const truth = scenario.truth[1];
  const methods = scenario.images === 1 ? methodsOfOneImage : methodsOfSeveral;
  const tallies = Object.fromEntries(Object.keys(methods).map((name) => [name, { held: 0, below: 0, above: 0, width: 0, none: 0 }]));
  for (let set = 0; set < sets; set++) {
    const rng = createRng(seed).fork('coverage', index, set);
    const data = simulate(rng, scenario);
    for (const [name, method] of Object.entries(methods)) {
      const tally = tallies[name];
      const { low, high } = method(data, rng.fork(name)) ?? {};
      if (low === undefined) tally.none++;
      else {
        tally[truth < low ? 'below' : truth > high ? 'above' : 'held']++;
        tally.width += high - low;
      }
    }
  }
  const { truth: _, ...setting } = scenario;
  const coverage = Object.fromEntries(
    Object.entries(tallies).map(([name, { held, below, above, width, none }]) => {
      const given = sets - none;
      const rounded = (value) => Number((value / given).toFixed(4));
      return [name, { coverage: rounded(held), truthBelow: rounded(below), truthAbove: rounded(above), meanWidth: rounded(width), withoutInterval: none }];
    }),
  );
  console.log(JSON.stringify({ ...setting, auroc: truth }), Object.entries(coverage).map(([name, { coverage: share, withoutInterval }]) => `${name} ${share}${withoutInterval ? ` (${withoutInterval} without)` : ''}`).join(', '));
  return { ...setting, auroc: truth, coverage };
});
const standardError = Number(Math.sqrt((0.95 * 0.05) / sets).toFixed(4));
writeFileSync(
  join(import.meta.dirname, 'coverage.json'),
  `${JSON.stringify({ command: `node tools/long-run/coverage.mjs --sets ${sets} --samples ${samples} --seed ${seed}`, nominal: 0.95, standardErrorOfCoverage: standardError, results }, null, 1)}\n`,
);
