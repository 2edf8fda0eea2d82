/**
 * Object detection on a pretrained encoder: RetinaNet, from anchors and losses to boxes, with images without boxes as ordinary ones.
 *
 * @module
 */
export type { BoxAnnotations, Boxes, Detections } from './boxes.ts';
export { createAnchors, type AnchorOptions, type Anchors } from './createAnchors.ts';
export { decodeBoxes, encodeBoxes } from './boxCoder.ts';
export { BACKGROUND, BETWEEN, type AnchorAssigner, type AnchorAssignment } from './anchorAssignment.ts';
export { matchAnchors, type MatchAnchorsOptions } from './matchAnchors.ts';
export { assignAtss, type AssignAtssOptions } from './assignAtss.ts';
export { chooseAnchorSize, type AnchorFit } from './chooseAnchorSize.ts';
export { detectionTargets, type DetectionTargets, type DetectionTargetsOptions } from './detectionTargets.ts';
export { createRetinaNet, type Detector, type DetectorOutputs, type RetinaNetOptions } from './createRetinaNet.ts';
export { retinaNetLoss, type BoxLoss, type RetinaNetLoss, type RetinaNetLossOptions } from './retinaNetLoss.ts';
export { DetectorTraining, type DetectorSnapshot, type DetectorStepLog, type DetectorTrainingOptions } from './detectorTraining.ts';
export { selectDetections, type SelectDetectionsOptions } from './selectDetections.ts';
export { detectObjects } from './detectObjects.ts';
export { nonMaximumSuppression, type NonMaximumSuppressionOptions } from './nonMaximumSuppression.ts';
export { fuseBoxes, type FuseBoxesOptions, type FusedBoxes } from './fuseBoxes.ts';
export { fuseReaders, type FuseReadersOptions, type FusedReaders } from './fuseReaders.ts';
export { boxesToView, type BoxesToViewOptions } from './boxesToView.ts';
