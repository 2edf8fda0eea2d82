// One measurement in a process of its own, so that what it breaks is its own: measure.mjs '{"engine": ..., "what": ..., "job": ...}' prints one line of JSON.
import '@cxr-ifa/gradients';
import { enableProdMode, ready, setBackend } from '@tensorflow/tfjs-core';
import { takeSteps } from '../../../apps/trainer/src/portable/takeSteps.ts';
import { ENGINES } from './engines.mjs';
import { measureConvolution, measureMatMul } from './measureKernels.mjs';
import { measureTraining } from './measureTraining.mjs';

const MEASUREMENTS = {
  matMul: ({ job, seconds }) => measureMatMul(job, seconds),
  convolution: ({ job, seconds }) => measureConvolution(job, seconds),
  training: ({ job, steps }) => measureTraining(job, steps),
  parity: async ({ job }) => (await takeSteps(job)).losses,
};

async function measure({ engine, what, ...rest }) {
  if (what === 'adapter') {
    const [{ openDawn }, { describeAdapter, requestAdapter }] = await Promise.all([import('@cxr-ifa/webgpu-kernels/node'), import('@cxr-ifa/webgpu-kernels')]);
    return describeAdapter(await requestAdapter(openDawn()));
  }
  enableProdMode();
  await ENGINES[engine]();
  if (!(await setBackend('webgpu'))) throw new Error('the backend does not start');
  await ready();
  return MEASUREMENTS[what](rest);
}

const line = await measure(JSON.parse(process.argv[2])).then((result) => ({ result }), (error) => ({ problem: String(error?.message ?? error).split('\n')[0] }));
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0)); // Dawn's threads would keep it alive
