import { pretrainOptions } from '../options/pretrainOptions.ts';
import { withInterruption } from '../run/interruption.ts';
import { pretrainRun } from '../run/pretrainRun.ts';
import { resumeRun } from '../run/resumeRun.ts';
import { defineCommand } from './command.ts';

/** `cxr-ifa pretrain`: MoCo v2 with the IFA loss on a folder of radiographs. */
export const pretrain = defineCommand({
  name: 'pretrain',
  summary: 'learn an encoder from chest radiographs without labels: momentum contrast (MoCo v2) with the IFA loss',
  options: pretrainOptions,
  examples: [
    ['cxr-ifa pretrain --data my-radiographs --out runs/first', 'a ResNet-50 for 200 epochs, with the method\'s settings'],
    ['cxr-ifa pretrain --data my-radiographs --arch resnet18 --width 32 --image-size 64 --batch-size 64 --epochs 20 --out runs/small', 'a small encoder, in minutes to hours on a laptop'],
    ['cxr-ifa pretrain --data labels.csv --path-column file --where source=kermany224 --split-column split --split train --out runs/csv', 'the images that a CSV file selects'],
    ['cxr-ifa pretrain --data my-radiographs --ifa none --out runs/moco', 'plain MoCo v2, as a baseline or to begin with'],
    ['cxr-ifa pretrain --data my-radiographs --init runs/moco --ifa released --out runs/ifa', 'the IFA loss from a MoCo checkpoint on, as the method does it'],
    ['cxr-ifa pretrain --resume runs/first', 'go on exactly where an interrupted run stopped'],
  ],
  run: async (options, context) =>
    withInterruption(
      (signal) => (options.resume === undefined ? pretrainRun(options, context, signal) : resumeRun(options.resume, context, signal)),
      () => context.terminal.print('Stopping after this step; once more stops at once'),
    ),
});
