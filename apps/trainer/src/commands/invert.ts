import { invertEvaluateOptions } from '../options/invertEvaluateOptions.ts';
import { invertRunOptions } from '../options/invertRunOptions.ts';
import { invertTrainOptions } from '../options/invertTrainOptions.ts';
import { withInterruption } from '../run/interruption.ts';
import { defineCommand, type CommandContext, type CommandGroup } from './command.ts';

const stoppable = <Options>(work: (options: Options, context: CommandContext, signal: AbortSignal) => Promise<void>) => (options: Options, context: CommandContext): Promise<void> =>
  withInterruption((signal) => work(options, context, signal), () => context.terminal.print('Stopping after this step; once more stops at once'));

/** `cxr-ifa invert`: radiographs as latents of a generator. */
export const invert: CommandGroup = {
  name: 'invert',
  summary: 'find the latents that a generator would draw radiographs from, with any encoder as perceptual loss',
  commands: [
    defineCommand({
      name: 'train',
      summary: 'train an encoder from images to latents (as pSp and e4e): on images that the generator draws, then on real ones',
      options: invertTrainOptions,
      examples: [['cxr-ifa invert train --gan runs/gan --data my-radiographs --init runs/first --perceptual runs/first --out runs/inverter', 'backbone and perceptual loss by a pre-trained encoder'], ['cxr-ifa invert train --resume runs/inverter', 'go on exactly where an interrupted run stopped']],
      run: stoppable(async (options, context, signal) =>
        options.resume === undefined
          ? (await import('../invert/inversionRun.ts')).inversionRun(options, context, signal)
          : (await import('../invert/resumeInversionRun.ts')).resumeInversionRun(options.resume, context, signal),
      ),
    }),
    defineCommand({
      name: 'run',
      summary: 'invert images: originals, reconstructions, differences, and how near they are',
      options: invertRunOptions,
      examples: [
        ['cxr-ifa invert run --gan runs/gan --data my-radiographs --count 32 --perceptual runs/first --out inverted', 'by optimisation, image by image'],
        ['cxr-ifa invert run --gan runs/gan --data my-radiographs --method hybrid --encoder runs/inverter --steps 100 --out inverted', 'an encoder first, its latents refined'],
        ['cxr-ifa invert run --gan runs/gan --drawn 16 --out self', 'images that the generator drew itself'],
      ],
      run: stoppable(async (options, context, signal) => (await import('../invert/runInversion.ts')).runInversion(options, context, signal)),
    }),
    defineCommand({
      name: 'evaluate',
      summary: "judge an inversion's reconstructions beside the generator's mean image: pixels, features, what a classifier finds",
      options: invertEvaluateOptions,
      examples: [
        ['cxr-ifa invert evaluate --run inverted --judge other=runs/other --out judged', 'by pixels and by an encoder that the inversion has not seen with'],
        ['cxr-ifa invert evaluate --run inverted --classifier runs/probe --data cxr/labels.csv --path-column file --label-column labels --out judged', 'and by the findings of a classifier, with the labels of the images'],
      ],
      run: async (options, context) => (await import('../invert/evaluateInversion.ts')).evaluateInversion(options, context),
    }),
  ],
};
