// Does Grad-CAM point into the finding? Trains a small classifier on phantoms, whose masks are known, and plays the pointing game with its maps, with
// those of the same classifier with random weights, and against chance: the share of the image that the mask takes.
//
//   node tools/experiments/gradCam.mjs [--size 128] [--train 1200] [--test 200] [--epochs 15] [--threads 2] [--seed 1] [--model FILE]        after npm run build; some ten minutes of one core, most of it in drawing phantoms and training
//
// Keeps the trained model in FILE, and begins from there where it is; delete it to train anew.
//
// Writes tools/experiments/results/gradCam.json, from which RESULTS.md quotes.
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { readSafetensors, storedToTensors, tensorsToStored, writeSafetensors } from '@cxr-ifa/checkpoint';
import { fitStatistics, gradCam, randomiseStages, resizeMaps } from '@cxr-ifa/heads/classification';
import { binaryCrossEntropy } from '@cxr-ifa/losses';
import { auroc, mapIou, patientBootstrap, pointingGame, rankCorrelation, structuralSimilarity } from '@cxr-ifa/metrics';
import { adamW, cosineSchedule } from '@cxr-ifa/optim';
import { phantomFindings, phantomSet } from '@cxr-ifa/phantom';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, createVariables, disposeTensors, valueAndGradients } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { size: { type: 'string', default: '128' }, train: { type: 'string', default: '1200' }, test: { type: 'string', default: '200' }, epochs: { type: 'string', default: '15' }, seed: { type: 'string', default: '1' }, threads: { type: 'string', default: '2' }, model: { type: 'string', default: join(import.meta.dirname, '..', '..', 'runs', 'gradCam', 'model.safetensors') }, out: { type: 'string', default: join(import.meta.dirname, 'results', 'gradCam.json') } } });
const [SIZE, trainCount, testCount, epochs, seed] = [values.size, values.train, values.test, values.epochs, values.seed].map(Number);
const [WIDTH, BATCH, PREVALENCE, RANDOM_DRAWS] = [16, 32, 0.3, 3];
const SHIFT = Math.round(SIZE / 10); // training images are moved by up to this many pixels, so that a few hundred of them are not learnt by heart
const STAGES = ['layer2', 'layer3'];
const METHODS = ['gradCam', 'gradCamPlusPlus'];

await registerSimdBackend({ threads: Number(values.threads) });
await tf.setBackend('simd');
const rng = createRng(seed);
const began = performance.now();
const say = (text) => console.log(`${((performance.now() - began) / 1000).toFixed(0)} s (${(process.cpuUsage().user / 1e6).toFixed(0)} s of processor time): ${text}`);

const isTrained = existsSync(values.model);
const draw = (name, count) => [...phantomSet({ rng: rng.fork(name), count, size: SIZE, prevalence: PREVALENCE })];
const [training, test] = [draw('training', isTrained ? Math.min(trainCount, 256) : trainCount), draw('test', testCount)]; // of different patients
say(`${training.length} and ${test.length} phantoms of ${SIZE} px`);

/** Images [N, H, W, 1], about standardised. */
function imagesOf(records, shifts) {
  const data = new Float32Array(records.length * SIZE ** 2);
  const within = (position) => Math.min(SIZE - 1, Math.max(0, position));
  records.forEach(({ image }, row) => {
    const [right, down] = shifts?.[row] ?? [0, 0];
    for (let y = 0; y < SIZE; y++) for (let x = 0; x < SIZE; x++) data[(row * SIZE + y) * SIZE + x] = (image.data[within(y - down) * SIZE + within(x - right)] / 255 - 0.5) / 0.25;
  });
  return tf.tensor4d(data, [records.length, SIZE, SIZE, 1]);
}
function* batches(records) {
  for (let start = 0; start < records.length; start += BATCH) {
    const images = imagesOf(records.slice(start, start + BATCH));
    yield images;
    images.dispose();
  }
}

const encoder = createResnet({ architecture: 'resnet18', width: WIDTH });
const initial = encoder.initialise(rng.fork('encoder'));
const head = createVariables(() => [['weight', tf.mul(tf.randomNormal([encoder.featureSize, phantomFindings.length], 0, 1, 'float32', seed), 0.05)], ['bias', tf.zeros([phantomFindings.length])]]);
const all = new Map([...initial.parameters, ...head]);
async function train() {
  const optimizer = adamW({ weightDecay: 0.01, decays: (_name, parameter) => parameter.rank > 1 });
  const steps = epochs * Math.floor(trainCount / BATCH);
  const schedule = cosineSchedule({ base: 2e-3, total: steps });
  let state = optimizer.init(all);
  for (let epoch = 0, step = 0; epoch < epochs; epoch++) {
    const order = [...rng.fork('order', epoch).permutation(trainCount)];
    let sum = 0;
    for (let start = 0; start + BATCH <= trainCount; start += BATCH, step++) {
      const records = order.slice(start, start + BATCH).map((index) => training[index]);
      const own = rng.fork('shift', step);
      const images = imagesOf(records, records.map(() => [own.integer(2 * SHIFT + 1) - SHIFT, own.integer(2 * SHIFT + 1) - SHIFT]));
      const labels = tf.tensor2d(records.map(({ findings }) => phantomFindings.map((finding) => findings[finding])));
      const { loss, gradients, auxiliary } = valueAndGradients(() => {
        const { features, stages: _stages, batchStatistics } = encoder.encode(initial.parameters, initial.statistics, images, { training: true });
        disposeTensors(batchStatistics);
        return { loss: binaryCrossEntropy(tf.add(tf.matMul(features, head.get('weight')), head.get('bias')), labels, tf.onesLike(labels)), auxiliary: {} };
      }, all);
      const updated = optimizer.update(gradients, state, all, { learningRate: schedule(step) });
      for (const [name, tensor] of updated.parameters) all.get(name).assign(tensor);
      sum += (await loss.data())[0];
      disposeTensors([loss, images, labels], gradients, auxiliary, updated.parameters, ...Object.values(state.slots));
      state = updated.state;
    }
    say(`epoch ${epoch + 1}, loss ${(sum / Math.floor(trainCount / BATCH)).toFixed(4)}`);
  }
  const statistics = await fitStatistics(encoder, initial.parameters, initial.statistics, batches(training));
  mkdirSync(dirname(values.model), { recursive: true });
  const tensors = new Map([...[...all].map(([name, tensor]) => [`model.${name}`, tensor]), ...[...statistics].map(([name, tensor]) => [`statistics.${name}`, tensor])]);
  writeFileSync(values.model, writeSafetensors(await tensorsToStored(tensors)));
  return statistics;
}
function load() {
  const tensors = storedToTensors(readSafetensors(readFileSync(values.model)).tensors);
  for (const [name, variable] of all) variable.assign(tensors.get(`model.${name}`));
  return new Map([...initial.statistics.keys()].map((name) => [name, tensors.get(`statistics.${name}`)]));
}
const trained = { parameters: initial.parameters, statistics: isTrained ? load() : await train() };
const weights = await head.get('weight').data(); // [features, findings]
const bias = await head.get('bias').data();
const columnOf = (finding, order) => Float32Array.from({ length: encoder.featureSize }, (_, d) => weights[(order ? order[d] : d) * phantomFindings.length + phantomFindings.indexOf(finding)]);
const scoreOf = (finding, order) => ({ features }) => tf.tidy(() => tf.add(tf.dot(features, tf.tensor1d(columnOf(finding, order))), bias[phantomFindings.indexOf(finding)]));

// How good the classifier is
const logits = [];
for (const images of batches(test)) {
  const found = tf.tidy(() => tf.add(tf.matMul(encoder.encode(trained.parameters, trained.statistics, images, { training: false }).features, head.get('weight')), head.get('bias')));
  logits.push(...(await found.array()));
  found.dispose();
}
const areas = Object.fromEntries(phantomFindings.map((finding, index) => [finding, auroc(logits.map((row) => row[index]), test.map(({ findings }) => findings[finding]))]));
say(`test AUROC ${JSON.stringify(areas)}`);

// Every finding that is there, in every test image: a case
const cases = phantomFindings.flatMap((finding) => test.filter(({ findings, masks }) => findings[finding] === 1 && masks[finding].includes(1)).map((record) => ({ finding, record, mask: record.masks[finding], share: record.masks[finding].reduce((sum, value) => sum + value, 0) / SIZE ** 2 })));
const patients = cases.map(({ record }) => record.patient);

/** Coarse and fine maps of all cases, in their order. */
async function mapsOf(model, stage, method, { order, edges = false } = {}) {
  const maps = [];
  for (const finding of phantomFindings) {
    const records = cases.filter((one) => one.finding === finding).map(({ record }) => record);
    for (let start = 0; start < records.length; start += BATCH) {
      const images = imagesOf(records.slice(start, start + BATCH));
      const coarse = gradCam(encoder, model.parameters, model.statistics, images, scoreOf(finding, order), { stage, method });
      const fine = resizeMaps(coarse, [SIZE, SIZE], edges ? {} : { stride: encoder.stages.find(({ name }) => name === stage).stride });
      const [small, large] = [await coarse.array(), await fine.data()];
      small.forEach((map, row) => maps.push({ coarse: map.flat(), fine: large.slice(row * SIZE ** 2, (row + 1) * SIZE ** 2) }));
      disposeTensors([images, coarse, fine]);
    }
  }
  return maps;
}
const plane = (data) => ({ data, width: SIZE, height: SIZE });
const scoresOf = (maps) => maps.map(({ fine }, index) => ({ hit: pointingGame(plane(fine), cases[index].mask), iou: mapIou(plane(fine), cases[index].mask), empty: fine.every((value) => value === 0) }));
const weighted = (column) => (draw) => {
  let [sum, total] = [0, 0];
  column.forEach((value, index) => ([sum, total] = [sum + value * draw[index], total + draw[index]]));
  return total > 0 ? sum / total : undefined;
};
/** The mean of each column over cases, with its interval over patients. */
function estimates(columns, keep = () => true) {
  const kept = cases.map((one, index) => (keep(one) ? index : -1)).filter((index) => index >= 0);
  const statistics = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, weighted(kept.map((index) => column[index]))]));
  const found = patientBootstrap(statistics, kept.map((index) => patients[index]), { rng: rng.fork('bootstrap'), samples: 2000 });
  return Object.fromEntries(Object.entries(found).map(([name, { value, low, high }]) => [name, [value, low, high].map((x) => Number(x.toFixed(4)))]));
}

// Random weights in the whole encoder, statistics fitted to them, and the head's weights shuffled: as many draws
const sample = training.slice(0, 256);
async function randomised(count, draw) {
  const drawn = randomiseStages(encoder, trained, count, rng.fork('random', draw));
  const fitted = await fitStatistics(encoder, drawn.parameters, drawn.statistics, batches(sample));
  // Stages that are not random keep the statistics they were trained to
  const kept = new Map([...fitted].map(([name, tensor]) => [name, isRandom(name, count) ? tensor : tf.clone(trained.statistics.get(name))]));
  disposeTensors(drawn.statistics, [...fitted].filter(([name]) => !isRandom(name, count)).map(([, tensor]) => tensor));
  return { parameters: drawn.parameters, statistics: kept, order: rng.fork('head', draw).permutation(encoder.featureSize) };
}
const isRandom = (name, count) => Math.max(0, encoder.stages.findIndex((stage) => name.startsWith(`${stage.name}.`))) >= encoder.stages.length - count;

const pointing = [];
const trainedMaps = new Map();
const random = [];
for (let draw = 0; draw < RANDOM_DRAWS; draw++) random.push(await randomised(encoder.stages.length, draw));
for (const method of METHODS) {
  for (const stage of STAGES) {
    const maps = await mapsOf(trained, stage, method);
    trainedMaps.set(`${method} ${stage}`, maps);
    const own = scoresOf(maps);
    const draws = [];
    for (const model of random) draws.push(scoresOf(await mapsOf(model, stage, method, model)));
    const meanOfDraws = (name) => cases.map((_, index) => draws.reduce((sum, scores) => sum + Number(scores[index][name]), 0) / draws.length);
    const columns = {
      hit: own.map(({ hit }) => hit),
      edgeHit: scoresOf(await mapsOf(trained, stage, method, { edges: true })).map(({ hit }) => hit),
      chance: cases.map(({ share }) => share),
      hitMinusChance: own.map(({ hit }, index) => hit - cases[index].share),
      iou: own.map(({ iou }) => iou),
      randomHit: meanOfDraws('hit'),
      randomHitMinusChance: meanOfDraws('hit').map((hit, index) => hit - cases[index].share),
      randomIou: meanOfDraws('iou'),
    };
    pointing.push({
      method,
      stage,
      all: estimates(columns),
      byFinding: Object.fromEntries(phantomFindings.map((finding) => [finding, { cases: cases.filter((one) => one.finding === finding).length, ...estimates(columns, (one) => one.finding === finding) }])),
      randomDraws: draws.map((scores) => Number((scores.reduce((sum, { hit }) => sum + hit, 0) / scores.length).toFixed(4))),
      emptyMaps: { trained: own.filter(({ empty }) => empty).length, random: meanOfDraws('empty').reduce((sum, value) => sum + value, 0) },
    });
    say(`${method} ${stage}: hit ${pointing.at(-1).all.hit}, chance ${pointing.at(-1).all.chance}, edge on edge ${pointing.at(-1).all.edgeHit}, random weights ${pointing.at(-1).all.randomHit}`);
  }
}

// The randomisation test: from the head alone to the whole encoder, how alike the maps stay
const unit = (fine) => {
  const highest = fine.reduce((most, value) => Math.max(most, value), 0);
  return { data: highest > 0 ? fine.map((value) => value / highest) : fine, width: SIZE, height: SIZE, range: [0, 1] };
};
const cascade = [];
for (let count = 0; count <= encoder.stages.length; count++) {
  const model = await randomised(count, 0);
  for (const method of METHODS) {
    const stage = STAGES.at(-1);
    const maps = await mapsOf(model, stage, method, model);
    const before = trainedMaps.get(`${method} ${stage}`);
    const ranks = maps.map(({ coarse }, index) => rankCorrelation(coarse, before[index].coarse)).filter((value) => value !== undefined);
    const similar = maps.map(({ fine }, index) => structuralSimilarity(unit(fine), unit(before[index].fine)));
    const mean = (list) => Number((list.reduce((sum, value) => sum + value, 0) / list.length).toFixed(4));
    cascade.push({ method, stage, randomised: count === 0 ? 'head' : `head and ${encoder.stages.slice(-count).map(({ name }) => name).join(', ')}`, rankCorrelation: mean(ranks), structuralSimilarity: mean(similar), ranked: ranks.length });
    say(`${method}, random ${cascade.at(-1).randomised}: rank correlation ${cascade.at(-1).rankCorrelation}, SSIM ${cascade.at(-1).structuralSimilarity}`);
  }
  disposeTensors(model.parameters, model.statistics);
}

const round = (record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, Number(value.toFixed(4))]));
mkdirSync(join(values.out, '..'), { recursive: true });
writeFileSync(values.out, `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), setting: { architecture: 'resnet18', width: WIDTH, imageSize: SIZE, shift: SHIFT, training: trainCount, test: testCount, epochs, batchSize: BATCH, prevalence: PREVALENCE, seed, randomDraws: RANDOM_DRAWS }, testAuroc: round(areas), cases: cases.length, patients: new Set(patients).size, pointing, cascade }, null, 2)}\n`);
say(`written to ${values.out}`);
process.exit(0);
