import { ablationOptions } from '../options/ablationOptions.ts';
import { detectionOptions } from '../options/detectionOptions.ts';
import { imbalanceOptions, scarcityOptions } from '../options/experimentOptions.ts';
import { inversionOptions } from '../options/inversionOptions.ts';
import { withInterruption } from '../run/interruption.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa experiment`: many runs and their comparison as one job that can be interrupted. */
export const experiment: CommandGroup = {
  name: 'experiment',
  summary: 'compare many runs in one job that goes on where it was interrupted',
  commands: [
    defineCommand({
      name: 'ablation',
      summary: 'pre-train an encoder for every cell of a grid, and judge each by probes on the same images, labels and draws of patients',
      options: ablationOptions,
      examples: [
        ['cxr-ifa experiment ablation --grid grid.yaml --data cxr/labels.csv --out runs/ablation', 'the cells of grid.yaml; run it again to go on'],
        ['cxr-ifa experiment ablation --grid grid.yaml --data cxr/labels.csv --out runs/ablation --rows results/ablation', 'with the rows where they are to be committed'],
      ],
      run: (options, context) => withInterruption(async (signal) => (await import('../experiment/ablation/runAblation.ts')).runAblation(options, context, signal), () => context.terminal.print('Stopping at the next checkpoint; once more stops at once')),
    }),
    defineCommand({
      name: 'detection',
      summary: 'train detectors from a pretrained and from a random encoder, with shares of the labels and several seeds, and compare their curves',
      options: detectionOptions,
      examples: [['cxr-ifa experiment detection --init runs/first --data phantoms --labels phantoms/labels.csv --patient-column patient --split-column split --boxes phantoms/boxes.json --steps 1000 --evaluate-every 50 --out runs/detection', 'two starts, three shares of the labels, three seeds; run it again to go on']],
      run: async (options, context) => (await import('../experiment/detection/runDetection.ts')).runDetection(options, context),
    }),
    defineCommand({
      name: 'inversion',
      summary: 'invert the same images with different perceptual encoders, and compare what each keeps of them',
      options: inversionOptions,
      examples: [
        ['cxr-ifa experiment inversion --gan runs/gan --data cxr/labels.csv --path-column file --patient-column patient_id --split-column split --split test --perceptual none --perceptual random --perceptual moco=runs/moco --perceptual ifa=runs/ifa --judge other=runs/other --out inversion', 'four rows on 64 held-out images, judged by pixels and by an encoder that none was made with; run it again to go on'],
        ['cxr-ifa experiment inversion --gan runs/gan --encoder runs/inverter --steps 100 --data cxr/labels.csv --path-column file --label-column labels --patient-column patient_id --split-column split --split test --count 200 --perceptual none --perceptual ifa=runs/ifa --classifier runs/probe --out inversion', 'latents begin with an encoder, and a classifier says what is kept of its findings'],
      ],
      run: (options, context) => withInterruption(async (signal) => (await import('../experiment/inversion/runInversionExperiment.ts')).runInversionExperiment(options, context, signal), () => context.terminal.print('Interrupted: the batch in work is given up, the finished ones are kept')),
    }),
    defineCommand({
      name: 'scarcity',
      summary: 'how well encoders classify with the labels of few patients',
      options: scarcityOptions,
      examples: [
        ['cxr-ifa experiment scarcity --init ours=runs/first --init random --init components --arch resnet18 --width 32 --image-size 64 --data cxr --labels labels.csv --findings nodule,effusion --patient-column patient --split-column split --out scarcity', 'linear probes with 1, 5, 10, 50 and 100 % of the training patients, five draws of each'],
        ['cxr-ifa experiment scarcity --init moco=runs/moco --init ifa=runs/ifa --init random --arch resnet18 --width 32 --image-size 64 --data cxr --labels labels.csv --findings nodule,effusion --patient-column patient --split-column split --methods linear,fine-tune --fractions 0.01,0.1,1 --repeats 3 --steps 100 --out scarcity', 'fine-tuned as well, fewer draws; interrupt it and give the same command again to go on'],
      ],
      run: async ({ fractions, imbalance, ...options }, context) => {
        const [{ runExperiment }, { drawShares }] = await Promise.all([import('../experiment/scarcity/runExperiment.ts'), import('../experiment/scarcity/draw.ts')]);
        return runExperiment({ name: 'scarcity', levels: fractions, handlings: [imbalance], draw: drawShares }, options, context);
      },
    }),
    defineCommand({
      name: 'imbalance',
      summary: 'how well encoders classify findings that few training images have',
      options: imbalanceOptions,
      examples: [
        ['cxr-ifa experiment imbalance --init ours=runs/first --init random --arch resnet18 --width 32 --image-size 64 --data cxr --labels labels.csv --findings effusion --patient-column patient --split-column split --ratios 0.2,0.05,0.01 --out imbalance', 'positives thinned to one for 5, 20 and 100 negatives, with and without class weights'],
        ['cxr-ifa experiment imbalance --init ours=runs/first --data cxr --labels labels.csv --findings effusion --patient-column patient --split-column split --methods fine-tune --handlings none,class-weights,focal,logit-adjustment,balanced-sampling --repeats 3 --out handlings', 'what helps when an encoder is fine-tuned'],
      ],
      run: async ({ ratios, handlings, ...options }, context) => {
        const [{ runExperiment }, { drawThinned }] = await Promise.all([import('../experiment/scarcity/runExperiment.ts'), import('../experiment/scarcity/draw.ts')]);
        return runExperiment({ name: 'imbalance', levels: ratios, handlings, draw: drawThinned }, options, context);
      },
    }),
  ],
};
