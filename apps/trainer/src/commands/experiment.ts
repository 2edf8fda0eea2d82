import { runAblation } from '../experiment/ablation/runAblation.ts';
import { runDetection } from '../experiment/detection/runDetection.ts';
import { ablationOptions } from '../options/ablationOptions.ts';
import { detectionOptions } from '../options/detectionOptions.ts';
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
      run: (options, context) => withInterruption((signal) => runAblation(options, context, signal), () => context.terminal.print('Stopping at the next checkpoint; once more stops at once')),
    }),
    defineCommand({
      name: 'detection',
      summary: 'train detectors from a pretrained and from a random encoder, with shares of the labels and several seeds, and compare their curves',
      options: detectionOptions,
      examples: [['cxr-ifa experiment detection --init runs/first --data phantoms --labels phantoms/labels.csv --patient-column patient --split-column split --boxes phantoms/boxes.json --steps 1000 --evaluate-every 50 --out runs/detection', 'two starts, three shares of the labels, three seeds; run it again to go on']],
      run: runDetection,
    }),
  ],
};
