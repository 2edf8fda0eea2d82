import { pretrainOptions } from '../options/pretrainOptions.ts';
import { withInterruption } from '../run/interruption.ts';
import { defineCommand } from './command.ts';

/** `cxr-ifa pretrain`: MoCo v2 with the IFA loss on a folder of radiographs. */
export const pretrain = defineCommand({
  name: 'pretrain',
  summary: 'learn an encoder from chest radiographs without labels: momentum contrast (MoCo v2) with the IFA loss',
  options: pretrainOptions,
  examples: [
    ['cxr-ifa pretrain --data my-radiographs --arch resnet18 --image-size 128 --batch-size 64 --epochs 50 --out runs/first', 'a ResNet-18 on images of 128 pixels, which fits an ordinary computer'],
    ['cxr-ifa pretrain --data my-radiographs --backend node-gpu --out runs/method', 'the defaults are the method\'s, ResNet-50 in batches of 256 at 224 pixels: they need a GPU with some 30 GB, or a smaller --batch-size'],
    ['cxr-ifa pretrain --data labels.csv --path-column file --where source=kermany224 --split-column split --split train --arch resnet18 --image-size 128 --batch-size 64 --out runs/csv', 'the images that a CSV file selects'],
    ['cxr-ifa pretrain --data my-radiographs --arch resnet18 --image-size 128 --batch-size 64 --ifa none --out runs/moco', 'plain MoCo v2, as a baseline or to begin with'],
    ['cxr-ifa pretrain --data my-radiographs --arch resnet18 --image-size 128 --batch-size 64 --init runs/moco --ifa released --out runs/ifa', 'the IFA loss from a MoCo checkpoint on, as the method does it'],
    ['cxr-ifa pretrain --data my-radiographs --arch resnet18 --image-size 128 --batch-size 64 --init runs/moco --ifa aligned --out runs/aligned', 'the same with feature maps compared where both views show the same place, which is ours'],
    ['cxr-ifa pretrain --resume runs/first', 'go on exactly where an interrupted run stopped'],
  ],
  run: async (options, context) =>
    withInterruption(
      async (signal) =>
        options.resume === undefined ? (await import('../run/pretrainRun.ts')).pretrainRun(options, context, signal) : (await import('../run/resumeRun.ts')).resumeRun(options.resume, context, signal),
      () => context.terminal.print('Stopping after this step; once more stops at once'),
    ),
});
