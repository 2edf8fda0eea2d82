import { detectEvaluateOptions, detectPredictOptions, detectTrainOptions } from '../options/detectOptions.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa detect`: where findings are. */
export const detect: CommandGroup = {
  name: 'detect',
  summary: 'find findings by boxes: RetinaNet on a pretrained encoder',
  commands: [
    defineCommand({
      name: 'train',
      summary: 'train a detector on an encoder, and test it',
      options: detectTrainOptions,
      examples: [
        ['cxr-ifa detect train --init runs/first --data phantoms --labels phantoms/labels.csv --patient-column patient --split-column split --boxes phantoms/boxes.json --steps 1000 --out runs/detector', 'patients and splits from a CSV file, boxes from COCO annotations'],
        ['cxr-ifa detect train --init runs/first --data vindr-cxr --label-format vindr --minimum-readers 2 --out runs/vindr', 'boxes that two of the three readers drew'],
        ['cxr-ifa detect train --init random --arch resnet18 --width 32 --image-size 128 --data phantoms --boxes phantoms/boxes.json --fraction 0.1 --out runs/scarce', 'from a random encoder, with the boxes of one patient in ten'],
        ['cxr-ifa detect train --resume runs/detector', 'go on exactly where an interrupted run stopped'],
      ],
      run: async (options, context) => (await import('../detect/trainDetector.ts')).trainDetector(options, context),
    }),
    defineCommand({
      name: 'evaluate',
      summary: 'score boxes anew: mAP, VinDr-CXR, RSNA and FROC, with intervals over patients',
      options: detectEvaluateOptions,
      examples: [
        ['cxr-ifa detect evaluate --run runs/detector', 'the test images, as detect train printed them'],
        ['cxr-ifa detect evaluate --run runs/detector --page detections.html --images phantoms', 'with curves and images on a page'],
        ['cxr-ifa detect evaluate --annotations annotations.json --detections other-program.json --iou 0.4', "another program's boxes, as COCO files"],
      ],
      run: async (options, context) => (await import('../detect/evaluateDetections.ts')).evaluateDetections(options, context),
    }),
    defineCommand({
      name: 'predict',
      summary: 'find findings in new images: COCO results, and pictures with boxes',
      options: detectPredictOptions,
      examples: [['cxr-ifa detect predict --run runs/detector --data new-radiographs --out found', 'every image in a folder']],
      run: async (options, context) => (await import('../detect/predictBoxes.ts')).predictBoxes(options, context),
    }),
  ],
};
