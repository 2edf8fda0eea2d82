import { ganRun } from '../gan/ganRun.ts';
import { resumeGanRun } from '../gan/resumeGanRun.ts';
import { sampleGan } from '../gan/sampleGan.ts';
import { ganSampleOptions } from '../options/ganSampleOptions.ts';
import { ganTrainOptions } from '../options/ganTrainOptions.ts';
import { withInterruption } from '../run/interruption.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa gan`: a generator of radiographs. */
export const gan: CommandGroup = {
  name: 'gan',
  summary: 'train StyleGAN2 on radiographs, and draw with it',
  commands: [
    defineCommand({
      name: 'train',
      summary: 'train a generator (StyleGAN2) against a discriminator, with adaptive augmentation and a monitor',
      options: ganTrainOptions,
      examples: [
        ['cxr-ifa gan train --data my-radiographs --image-size 64 --steps 20000 --out runs/gan', 'every image in a folder'],
        ['cxr-ifa gan train --data cxr/labels.csv --path-column file --split-column split --split train --monitor-split test --image-size 32 --out runs/gan32', "a split's images, watched against another's"],
        ['cxr-ifa gan train --resume runs/gan', 'go on exactly where an interrupted run stopped'],
      ],
      run: async (options, context) =>
        withInterruption(
          (signal) => (options.resume === undefined ? ganRun(options, context, signal) : resumeGanRun(options.resume, context, signal)),
          () => context.terminal.print('Stopping after this step; once more stops at once'),
        ),
    }),
    defineCommand({
      name: 'sample',
      summary: 'draw images with a trained generator, and pictures of interpolations and mixed styles',
      options: ganSampleOptions,
      examples: [
        ['cxr-ifa gan sample --run runs/gan --out samples', '64 images, and a grid of them'],
        ['cxr-ifa gan sample --run runs/gan --count 1000 --truncation 0.7 --seed 2 --out more-samples', 'fewer odd images, less variety'],
      ],
      run: sampleGan,
    }),
  ],
};
