/**
 * A small chest-radiograph encoder, pre-trained without labels.
 *
 * @module
 */
export { openEncoderSmall, type EncoderSmall } from './openEncoderSmall.ts';
export { encoderSmallUrl } from './encoderSmallUrl.ts';
export { encoderSmallPreprocessing, type EncoderPreprocessing } from './encoderSmallPreprocessing.ts';
export { prepareImage } from './prepareImage.ts';
