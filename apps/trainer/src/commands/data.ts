import { inspectData } from '../data/inspectData.ts';
import { prepareData } from '../data/prepareData.ts';
import { makePhantoms } from '../data/makePhantoms.ts';
import { inspectOptions } from '../options/inspectOptions.ts';
import { phantomOptions } from '../options/phantomOptions.ts';
import { prepareOptions } from '../options/prepareOptions.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa data`: looking at data sets, and making one. */
export const data: CommandGroup = {
  name: 'data',
  summary: 'look at a data set, or make one of chest phantoms',
  commands: [
    defineCommand({
      name: 'inspect',
      summary: 'what a data set is: files, bad files, sizes, intensities, patients, splits, labels',
      options: inspectOptions,
      examples: [
        ['cxr-ifa data inspect --data my-radiographs', 'every image in a folder'],
        ['cxr-ifa data inspect --data cxr --labels labels.csv --path-column file --label-column labels --patient-column patient_id --split-column split --out summary.json', 'the images that a CSV file lists, with patients, splits and labels'],
      ],
      run: inspectData,
    }),
    defineCommand({
      name: 'prepare',
      summary: 'decode, clip and resize images once, for all runs, into files that NumPy can map into memory',
      options: prepareOptions,
      examples: [
        ['cxr-ifa data prepare --data my-radiographs --image-size 224 --out prepared-224', 'every image in a folder; pretrain --data prepared-224 --image-size 224 then begins at once'],
        ['cxr-ifa data prepare --data cxr/labels.csv --path-column file --where source=nih256 --image-size 128 --aspect pad --on-bad-file skip --out nih-128', 'the images that a CSV file selects, their shape kept, without the bad ones'],
      ],
      run: prepareData,
    }),
    defineCommand({
      name: 'phantom',
      summary: 'make a data set of computed chest radiographs with findings, splits and boxes',
      options: phantomOptions,
      examples: [['cxr-ifa data phantom --count 1000 --size 128 --out phantoms', 'images, labels.csv and boxes.json']],
      run: makePhantoms,
    }),
  ],
};
