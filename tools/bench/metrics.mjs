// Seconds for the patient bootstrap of AUROC on one core, beside scikit-learn's roc_auc_score in a loop: processor time, so that other work on the machine shows little.
// scikit-learn is measured on a few draws and scaled to as many, and on rows of resampled images, as its users do it.
// usage: node tools/bench/metrics.mjs [--images 10000] [--findings 14] [--samples 10000] [--prevalence 0.1] [--python PYTHON]     (after npm run build; PYTHON with scikit-learn)
import { aurocStatistic, patientBootstrap } from '@cxr-ifa/metrics';
import { createRng } from '@cxr-ifa/tensor';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({ options: { images: text('10000'), findings: text('14'), samples: text('10000'), prevalence: text('0.1'), python: text('python3') } });
const [images, findings, samples, prevalence] = [values.images, values.findings, values.samples, values.prevalence].map(Number);

/** Seconds of processor time, all threads: the garbage collector's too. */
function processorSeconds(run) {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const rng = createRng(1);
const patients = Int32Array.from({ length: images }, (_, image) => Math.floor(image / 2)); // two images a patient
const columns = Array.from({ length: findings }, () => {
  const labels = Uint8Array.from({ length: images }, () => (rng.uniform() < prevalence ? 1 : 0));
  return { labels, scores: Float64Array.from(labels, (label) => label + rng.normal()) };
});
let statistics;
let intervals;
const sorting = processorSeconds(() => {
  statistics = Object.fromEntries(columns.map(({ scores, labels }, finding) => [finding, aurocStatistic(scores, labels)]));
});
const drawing = processorSeconds(() => patientBootstrap({ none: () => 0 }, patients, { rng: createRng(2), samples }));
const all = processorSeconds(() => {
  intervals = patientBootstrap(statistics, patients, { rng: createRng(2), samples });
});
const { value, low, high } = intervals[0];
console.log(`cxr-ifa: ${samples} samples of ${images} images x ${findings} findings, prevalence ${prevalence}: ${(sorting + all).toFixed(2)} s of one core (sorting ${sorting.toFixed(2)}, drawing patients ${drawing.toFixed(2)}, ${((1e9 * (all - drawing)) / samples / images / findings).toFixed(2)} ns an image and finding); first ${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`);

const peer = `
import sys, time, warnings
import numpy, sklearn
from sklearn.metrics import roc_auc_score
images, findings, prevalence, draws = ${images}, ${findings}, ${prevalence}, 20
rng = numpy.random.default_rng(1)
labels = (rng.random((images, findings)) < prevalence).astype(int)
scores = labels + rng.standard_normal((images, findings))
patients = images // 2
start = time.process_time()
for draw in range(draws):
    picked = rng.integers(0, patients, patients)
    rows = numpy.concatenate([2 * picked, 2 * picked + 1])
    for finding in range(findings):
        roc_auc_score(labels[rows, finding], scores[rows, finding])
print(sklearn.__version__, (time.process_time() - start) / draws)
`;
const { stdout, error, status, stderr } = spawnSync(values.python, ['-c', peer], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } });
if (error || status !== 0) {
  console.log(`scikit-learn: not measured, as ${values.python} cannot run it: ${(error?.message ?? stderr.trim().split('\n').at(-1))}`);
} else {
  const [version, seconds] = stdout.trim().split(' ');
  const scaled = Number(seconds) * samples;
  console.log(`scikit-learn ${version}, roc_auc_score in a loop: ${(1000 * Number(seconds)).toFixed(0)} ms a sample (mean of 20), scaled to ${samples}: ${scaled.toFixed(0)} s; ratio ${(scaled / (sorting + all)).toFixed(0)}`);
}
