/**
 * StyleGAN2 in plain TensorFlow.js operations: generator, discriminator, adversarial training.
 *
 * @module
 */
export { createGenerator, type GeneratorOptions } from './createGenerator.ts';
export { createDiscriminator, type Discriminator, type DiscriminatorOptions } from './createDiscriminator.ts';
export type { NetworkOptions } from './planNetwork.ts';
export { broadcastLatents } from './broadcastLatents.ts';
export { mixStyles } from './mixStyles.ts';
export { truncateLatents } from './truncateLatents.ts';
export { drawLatents } from './drawLatents.ts';
export { drawNoise } from './drawNoise.ts';
export { drawStyles } from './drawStyles.ts';
export { augmentImages } from './augmentImages.ts';
export { AdversarialTraining, type AdversarialSnapshot, type AdversarialStepLog, type AdversarialTrainingState } from './adversarialTraining.ts';
export type { AdversarialTrainingOptions, Augment } from './adversarialTrainingOptions.ts';
