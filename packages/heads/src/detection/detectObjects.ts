import type { Parameters, Statistics } from '@cxr-ifa/tensor';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Detections } from './boxes.ts';
import type { Detector } from './createRetinaNet.ts';
import { selectDetections, type SelectDetectionsOptions } from './selectDetections.ts';

/**
 * Finds the objects in a batch of images, in inference mode.
 *
 * @param detector The detector.
 * @param parameters The encoder's and the detector's own; borrowed.
 * @param statistics The encoder's; borrowed.
 * @param images Images, [N, H, W, C]; borrowed.
 * @param options Which predictions become boxes.
 * @returns Each image's boxes, once the device has them.
 * @throws {TypeError} If the images have not the encoder's channels.
 *
 * @example
 * ```ts
 * const [first] = await detectObjects(detector, parameters, statistics, images, { scoreThreshold: 0.3 });
 * ```
 */
export async function detectObjects(detector: Detector, parameters: Parameters, statistics: Statistics, images: Tensor4D, options: SelectDetectionsOptions = {}): Promise<Detections[]> {
  const [batch, height, width] = images.shape;
  const anchors = detector.anchors(height, width);
  const { logits, deltas } = detector.predict(parameters, statistics, images, { training: false });
  try {
    const [allLogits, allDeltas] = (await Promise.all([logits.data(), deltas.data()])) as [Float32Array, Float32Array];
    const [perImage, perBoxes] = [allLogits.length / batch, allDeltas.length / batch];
    return Array.from({ length: batch }, (_, i) => selectDetections(allLogits.subarray(i * perImage, (i + 1) * perImage), allDeltas.subarray(i * perBoxes, (i + 1) * perBoxes), anchors, options));
  } finally {
    logits.dispose();
    deltas.dispose();
  }
}
