import { ganEvaluateOptions } from '../options/ganEvaluateOptions.ts';
import { ganSampleOptions } from '../options/ganSampleOptions.ts';
import { ganTrainOptions } from '../options/ganTrainOptions.ts';
import { withInterruption } from '../run/interruption.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa gan`: a generator of radiographs. */
export const gan: CommandGroup = {
  name: 'gan',
  summary: 'train StyleGAN2 on radiographs, draw with it, and say how good it is',
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
          async (signal) =>
            options.resume === undefined ? (await import('../gan/ganRun.ts')).ganRun(options, context, signal) : (await import('../gan/resumeGanRun.ts')).resumeGanRun(options.resume, context, signal),
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
      run: async (options, context) => (await import('../gan/sampleGan.ts')).sampleGan(options, context),
    }),
    defineCommand({
      name: 'evaluate',
      summary: 'say how good a generator is: distance to held-out images (KID), precision, recall, and whether it has learnt training images by heart',
      options: ganEvaluateOptions,
      examples: [
        ['cxr-ifa gan evaluate --run runs/gan --out runs/gan-evaluation', "a run that was trained with --monitor-split, by its monitor's encoder"],
        ['cxr-ifa gan evaluate --run runs/gan --encoder runs/first --baseline runs/gan/checkpoints/step-00000500.safetensors --out fall', 'by another encoder, and by how much the distance has fallen'],
      ],
      run: async (options, context) =>
        withInterruption(
          async (signal) => (await import('../gan/evaluateGan.ts')).evaluateGan(options, context, signal),
          () => context.terminal.print('Stopping; once more stops at once'),
        ),
    }),
  ],
};
