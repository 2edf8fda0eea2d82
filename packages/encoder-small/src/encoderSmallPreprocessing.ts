import { CXR_NORMALISATION, type Aspect, type Normalisation } from '@cxr-ifa/transforms';

/** What is done to an image before the encoder sees it. */
export interface EncoderPreprocessing {
  /** The side, in pixels. */
  readonly imageSize: number;
  /** The percentile above which pixels are clipped. */
  readonly clipPercentile: number;
  /** What becomes of an image that is not square. */
  readonly aspect: Aspect;
  /** What is then subtracted from pixels of 0 to 1, and what they are divided by. */
  readonly normalisation: Normalisation;
}

/** How the images that the encoder learnt from were made ready. */
export const encoderSmallPreprocessing: EncoderPreprocessing = { imageSize: 64, clipPercentile: 99, aspect: 'stretch', normalisation: CXR_NORMALISATION };
