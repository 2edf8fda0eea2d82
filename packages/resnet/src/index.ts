/**
 * ResNet encoders that return every stage, with torchvision's parameter names.
 *
 * @module
 */
export { createResnet, type ResnetOptions } from './createResnet.ts';
export { openResnet, type OpenedResnet } from './openResnet.ts';
export type { Architecture } from './planResnet.ts';
