import { bootstrapOptions } from '../options/bootstrapOptions.ts';
import { classifyOptions } from '../options/classifyOptions.ts';
import { explainOptions } from '../options/explainOptions.ts';
import { text } from '../options/option.ts';
import { predictOptions } from '../options/predictOptions.ts';
import { withInterruption } from '../run/interruption.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa classify`: what an encoder's features know of findings. */
export const classify: CommandGroup = {
  name: 'classify',
  summary: 'probe what an encoder has learnt: classify findings from its features',
  commands: [
    defineCommand({
      name: 'train',
      summary: 'fit a probe on the features of an encoder, or train the encoder on, and test it',
      options: classifyOptions,
      examples: [
        ['cxr-ifa classify train --init runs/first --data my-radiographs --labels labels.csv --findings nodule,effusion --patient-column patient --split-column split --out runs/probe', 'a linear probe on columns nodule and effusion (1, 0, blank)'],
        ['cxr-ifa classify train --init random --arch resnet18 --width 32 --image-size 64 --data my-radiographs --labels labels.csv --findings nodule,effusion --patient-column patient --split-column split --out runs/floor', 'the same of an encoder that was never trained'],
        ['cxr-ifa classify train --init runs/first --data cxr --labels labels.csv --path-column file --label-column labels --among PNEUMONIA --findings bacteria --patient-column patient_id --split-column split --out runs/bacteria', 'bacterial against viral, among the images labelled PNEUMONIA|bacteria or PNEUMONIA|virus'],
        ['cxr-ifa classify train --init runs/first --data CheXpert-v1.0-small --labels chexpert.csv --findings Edema,Consolidation --patient-column patient --split-column split --label-policy u-ones --blank-labels negative --out runs/chexpert', 'a manifest of data split, with the policies for uncertain and blank labels'],
        ['cxr-ifa classify train --init runs/first --data my-radiographs --labels labels.csv --findings nodule,effusion --patient-column patient --split-column split --method fine-tune --freeze layer2 --imbalance logit-adjustment --early-stopping 3 --out runs/tuned', 'the last two stages are trained on'],
        ['cxr-ifa classify train --init runs/first --data ChestX-ray14 --labels Data_Entry_2017.csv --label-format nih --findings Effusion --fraction 0.01 --out runs/scarce', 'with the labels of one patient in a hundred'],
      ],
      run: async (options, context) => {
        const { trainClassifier } = await import('../classify/trainClassifier.ts');
        return options.method === 'fine-tune' ? withInterruption((signal) => trainClassifier(options, context, signal), () => context.terminal.print('Stopping after this step; once more stops at once')) : trainClassifier(options, context); // a probe is soon done, and has nothing to keep
      },
    }),
    defineCommand({
      name: 'evaluate',
      summary: "judge a run's predictions.csv anew: AUROC with its interval over patients",
      options: { run: { description: 'the run of classify train', value: '<run>', schema: text }, ...bootstrapOptions },
      examples: [
        ['cxr-ifa classify evaluate --run runs/probe', 'the test images, as classify train printed them'],
        ['cxr-ifa classify evaluate --run runs/probe --split val --out validation.json', 'the validation images, into a file'],
      ],
      run: async (options, context) => (await import('../classify/evaluateRun.ts')).evaluateRun(options, context),
    }),
    defineCommand({
      name: 'compare',
      summary: 'the difference of two runs on the same test images, with an interval that pairs them patient by patient',
      operands: '<runs...>',
      options: bootstrapOptions,
      examples: [['cxr-ifa classify compare runs/probe runs/floor', 'is the pre-trained encoder beyond the random one?']],
      run: async (options, context) => (await import('../classify/compareRuns.ts')).compareRuns(options, context),
    }),
    defineCommand({
      name: 'predict',
      summary: 'predict new images with a run, into a CSV file: calibrated probabilities, decisions, and a warning of images unlike the training images',
      options: predictOptions,
      examples: [
        ['cxr-ifa classify predict --run runs/probe --data new-radiographs --out predictions.csv', 'every image in a folder, however many'],
        ['cxr-ifa classify predict --run runs/probe --data new-radiographs --warn-above 0.999 --on-bad-file skip --out predictions.csv', 'with fewer warnings, and without the files that are no images'],
      ],
      run: async (options, context) => (await import('../classify/predictImages.ts')).predictImages(options, context),
    }),
    defineCommand({
      name: 'explain',
      summary: 'show where in images a run sees its findings: overlays, a CSV file, and a test whether the maps depend on what was learnt',
      options: explainOptions,
      examples: [
        ['cxr-ifa classify explain --run runs/probe --data new-radiographs --findings effusion --out explanations', 'Grad-CAM of the first 20 images'],
        ['cxr-ifa classify explain --run runs/probe --data phantoms --labels phantoms/labels.csv --split-column split --split test --boxes phantoms/boxes.json --explain-stage layer3 --explain-method grad-cam-plus-plus --limit 200 --out explanations', 'Grad-CAM++ of an earlier, sharper stage, against boxes'],
      ],
      run: async (options, context) => (await import('../classify/explainImages.ts')).explainImages(options, context),
    }),
  ],
};
