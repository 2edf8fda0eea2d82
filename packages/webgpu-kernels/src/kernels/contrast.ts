import type { TensorInfo } from '@tensorflow/tfjs-core';
import { free, input, type KernelOverride } from '../kernelOverride.ts';
import { runProgram, type Program } from '../runProgram.ts';

const THREADS = 64;
/** Queries that a workgroup compares with its rows of the queue: each row is read once for all of them. */
const QUERIES = 8;
/** Numbers of each query in shared memory at a time. */
const SLICE = 32;
/** Rows of the queue in a run: one a thread. */
const RUN = THREADS;

/** Of each query and run of the queue's rows: the highest logit, the exponentials' sum below it, the logits' sum. No [N, K] logits are stored. */
const RUNS: Program = {
  name: 'InfoNCE runs',
  inputs: { query: 'f32', queue: 'f32' },
  outputs: { highest: 'f32', exponentials: 'f32', plain: 'f32' },
  uniforms: { n: 'u32', d: 'u32', k: 'u32', inverseTemperature: 'f32' },
  workgroupSize: THREADS,
  declarations: `
var<workgroup> slice: array<f32, ${QUERIES * SLICE}>;
var<workgroup> logits: array<f32, ${QUERIES * RUN}>;`,
  body: `
  let runs = (uniforms.k + ${RUN - 1}u) / ${RUN}u;
  let run = group % runs;
  let firstQuery = (group / runs) * ${QUERIES}u;
  let row = min(run * ${RUN}u + local, uniforms.k - 1u);
  var products: array<f32, ${QUERIES}>;
  for (var start = 0u; start < uniforms.d; start += ${SLICE}u) {
    let width = min(${SLICE}u, uniforms.d - start);
    for (var i = local; i < ${QUERIES * SLICE}u; i += ${THREADS}u) {
      let number = firstQuery + i / ${SLICE}u;
      slice[i] = 0.0;
      if (number < uniforms.n && i % ${SLICE}u < width) { slice[i] = query[number * uniforms.d + start + i % ${SLICE}u]; }
    }
    workgroupBarrier();
    for (var i = 0u; i < width; i++) {
      let value = queue[row * uniforms.d + start + i];
      for (var j = 0u; j < ${QUERIES}u; j++) { products[j] += value * slice[j * ${SLICE}u + i]; }
    }
    workgroupBarrier();
  }
  for (var j = 0u; j < ${QUERIES}u; j++) { logits[j * ${RUN}u + local] = products[j] * uniforms.inverseTemperature; }
  workgroupBarrier();
  if (local >= ${QUERIES}u || firstQuery + local >= uniforms.n) { return; }
  let count = min(${RUN}u, uniforms.k - run * ${RUN}u);
  var top = logits[local * ${RUN}u];
  var total = 0.0;
  for (var i = 0u; i < count; i++) {
    top = max(top, logits[local * ${RUN}u + i]);
    total += logits[local * ${RUN}u + i];
  }
  var sum = 0.0;
  for (var i = 0u; i < count; i++) { sum += exp(logits[local * ${RUN}u + i] - top); }
  let at = (firstQuery + local) * runs + run;
  highest[at] = top;
  exponentials[at] = sum;
  plain[at] = total;`,
};

const MERGE: Program = {
  name: 'InfoNCE merge',
  inputs: { query: 'f32', key: 'f32', highest: 'f32', exponentials: 'f32', plain: 'f32' },
  outputs: { loss: 'f32', logSumExp: 'f32', largestNegative: 'f32', meanNegative: 'f32' },
  uniforms: { n: 'u32', d: 'u32', k: 'u32', runs: 'u32', inverseTemperature: 'f32' },
  body: `
  if (index >= uniforms.n) { return; }
  var positive = 0.0;
  for (var i = 0u; i < uniforms.d; i++) { positive += query[index * uniforms.d + i] * key[index * uniforms.d + i]; }
  positive *= uniforms.inverseTemperature;
  var largest = highest[index * uniforms.runs];
  var negatives = 0.0;
  for (var run = 0u; run < uniforms.runs; run++) {
    largest = max(largest, highest[index * uniforms.runs + run]);
    negatives += plain[index * uniforms.runs + run];
  }
  let top = max(positive, largest);
  var total = exp(positive - top);
  for (var run = 0u; run < uniforms.runs; run++) { total += exponentials[index * uniforms.runs + run] * exp(highest[index * uniforms.runs + run] - top); }
  let sum = top + log(total);
  loss[index] = sum - positive;
  logSumExp[index] = sum;
  largestNegative[index] = largest;
  meanNegative[index] = negatives / f32(uniforms.k);`,
};

/** InfoNCE against the key queue. */
export const contrastOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'InfoNceQueue',
    run(call) {
      const { backend } = call;
      const [query, key, queue] = [input(call, 'query'), input(call, 'key'), input(call, 'queue')];
      const [n, d] = query.shape as [number, number];
      const k = queue.shape[0] as number;
      const runs = Math.ceil(k / RUN);
      const inverseTemperature = 1 / (call.attrs.temperature as number);
      const partial = { shape: [n, runs] };
      const ofRuns = runProgram(backend, RUNS, [query, queue], [partial, partial, partial], [n, d, k, inverseTemperature], Math.ceil(n / QUERIES) * runs * THREADS);
      const each = { shape: [n] };
      const outputs: TensorInfo[] = runProgram(backend, MERGE, [query, key, ...ofRuns], [each, each, each, each], [n, d, k, runs, inverseTemperature], n);
      free(backend, ...ofRuns);
      return outputs;
    },
  },
];
