/**
 * GAN inversion: from images back to the latents of a generator, by optimisation, by an encoder, or by both.
 *
 * @module
 */
export { optimiseLatents, type OptimisedLatents, type OptimiseLatentsOptions } from './optimiseLatents.ts';
export { createInversionEncoder, type Inverted, type InversionEncoder, type InversionEncoderOptions } from './createInversionEncoder.ts';
export { InversionTraining, type InversionStepLog, type InversionTrainingOptions } from './inversionTraining.ts';
export { reconstructionLoss, type ReconstructionLoss, type ReconstructionOptions, type Seen } from './reconstructionLoss.ts';
export { lookAt, type FrozenEncoder } from './frozenEncoder.ts';
export { noiseCorrelation } from './noiseCorrelation.ts';
export type { Normalisation } from './normaliseImages.ts';
