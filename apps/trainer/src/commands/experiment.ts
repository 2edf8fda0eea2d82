import { drawShares, drawThinned } from '../experiment/scarcity/draw.ts';
import { runExperiment } from '../experiment/scarcity/runExperiment.ts';
import { imbalanceOptions, scarcityOptions } from '../options/experimentOptions.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa experiment`: encoders compared under conditions that one run does not show. */
export const experiment: CommandGroup = {
  name: 'experiment',
  summary: 'compare encoders over many draws of labels, with curves and intervals',
  commands: [
    defineCommand({
      name: 'scarcity',
      summary: 'how well encoders classify with the labels of few patients',
      options: scarcityOptions,
      examples: [
        ['cxr-ifa experiment scarcity --init ours=runs/first --init random --init components --arch resnet18 --width 32 --image-size 64 --data cxr --labels labels.csv --findings nodule,effusion --patient-column patient --split-column split --out scarcity', 'linear probes with 1, 5, 10, 50 and 100 % of the training patients, five draws of each'],
        ['cxr-ifa experiment scarcity --init moco=runs/moco --init ifa=runs/ifa --init random --arch resnet18 --width 32 --image-size 64 --data cxr --labels labels.csv --findings nodule,effusion --patient-column patient --split-column split --methods linear,fine-tune --fractions 0.01,0.1,1 --repeats 3 --steps 100 --out scarcity', 'fine-tuned as well, fewer draws; interrupt it and give the same command again to go on'],
      ],
      run: ({ fractions, imbalance, ...options }, context) => runExperiment({ name: 'scarcity', levels: fractions, handlings: [imbalance], draw: drawShares }, options, context),
    }),
    defineCommand({
      name: 'imbalance',
      summary: 'how well encoders classify findings that few training images have',
      options: imbalanceOptions,
      examples: [
        ['cxr-ifa experiment imbalance --init ours=runs/first --init random --arch resnet18 --width 32 --image-size 64 --data cxr --labels labels.csv --findings effusion --patient-column patient --split-column split --ratios 0.2,0.05,0.01 --out imbalance', 'positives thinned to one for 5, 20 and 100 negatives, with and without class weights'],
        ['cxr-ifa experiment imbalance --init ours=runs/first --data cxr --labels labels.csv --findings effusion --patient-column patient --split-column split --methods fine-tune --handlings none,class-weights,focal,logit-adjustment,balanced-sampling --repeats 3 --out handlings', 'what helps when an encoder is fine-tuned'],
      ],
      run: ({ ratios, handlings, ...options }, context) => runExperiment({ name: 'imbalance', levels: ratios, handlings, draw: drawThinned }, options, context),
    }),
  ],
};
