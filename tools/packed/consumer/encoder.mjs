// The released encoder from its package: weights beside the code, features of a phantom.
import { readFile } from 'node:fs/promises';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { encoderSmallUrl, openEncoderSmall, prepareImage } from '@cxr-ifa/encoder-small';
import { renderPhantom } from '@cxr-ifa/phantom';
import { createRng } from '@cxr-ifa/tensor';

await tf.setBackend('cpu');
const { encoder, parameters, statistics } = openEncoderSmall(await readFile(new URL(encoderSmallUrl)));
const images = tf.tensor4d(prepareImage(renderPhantom({ rng: createRng(1), size: 64 }).image), [1, 64, 64, 1]);
const { features } = encoder.encode(parameters, statistics, images, { training: false });
const values = await features.data();
if (values.length !== 256 || !values.every(Number.isFinite) || values.every((value) => value === values[0])) throw new Error(`features must be 256 numbers that differ: ${values.slice(0, 4)}`);
