import { embedOptions } from '../options/embedOptions.ts';
import { defineCommand } from './command.ts';

/** `cxr-ifa embed`: images to feature vectors. */
export const embed = defineCommand({
  name: 'embed',
  summary: 'turn images into feature vectors: features.npy [N, D] and index.csv',
  options: embedOptions,
  examples: [
    ['cxr-ifa embed --init runs/first --data my-radiographs --out features', "every image in a folder, by a run's last checkpoint"],
    ['cxr-ifa embed --init runs/first/checkpoints/step-00002000.safetensors --stage layer3 --data labels.csv --path-column file --label-column labels --out features', 'the images of a CSV file, by one checkpoint and stage, with their labels'],
    ['cxr-ifa embed --init random --arch resnet18 --width 32 --image-size 64 --data my-radiographs --out features', 'by an encoder that was never trained, as a baseline'],
  ],
  run: async (options, context) => (await import('../encode/embedImages.ts')).embedImages(options, context),
});
