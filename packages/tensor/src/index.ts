/**
 * Shared words and types of cxr-ifa on TensorFlow.js.
 *
 * @module
 */
export type { Parameters, Statistics, Encoder, EncodeOptions, Encoded, Stage } from './encoder.ts';
export type { Generator, SynthesiseOptions } from './generator.ts';
export type { Box, FindingState, ImageRecord } from './imageRecord.ts';
export type { GrayImage } from './grayImage.ts';
export type { Geometry, Point } from './geometry.ts';
export type { ByteSource, CancelSignal } from './host.ts';
export { createRng, type Rng, type RngState } from './rng.ts';
export { noRandomness } from './noRandomness.ts';
export { assertShape, type Dimension } from './assertShape.ts';
export { requireTensors } from './requireTensors.ts';
export { valueAndGradients, type ValueAndGradients } from './valueAndGradients.ts';
export { vectorJacobianProduct } from './vectorJacobianProduct.ts';
export { createVariables } from './createVariables.ts';
export { disposeTensors } from './disposeTensors.ts';
export { InputError, isInputError, type InputErrorOptions } from './inputError.ts';
export { runFusedKernel, hasFusedKernel } from './runFusedKernel.ts';
export type { FusedKernels, FusedKernelName } from './fusedKernels.ts';
