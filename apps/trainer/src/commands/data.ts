import { inspectData } from '../data/inspectData.ts';
import { prepareData } from '../data/prepareData.ts';
import { makePhantoms } from '../data/makePhantoms.ts';
import { showViews } from '../data/showViews.ts';
import { inspectOptions } from '../options/inspectOptions.ts';
import { phantomOptions } from '../options/phantomOptions.ts';
import { prepareOptions } from '../options/prepareOptions.ts';
import { viewsOptions } from '../options/viewsOptions.ts';
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
    defineCommand({
      name: 'views',
      summary: 'a page of augmented views: images, their query and key views, what was done to them and where it moved them',
      options: viewsOptions,
      examples: [
        ['cxr-ifa data views --data my-radiographs --augment cxr-strong --rows 8 --out views.html', 'what the method does to eight of your images'],
        ['cxr-ifa data views --data my-radiographs --augment cxr-strong --augment-arithmetic uint8 --out views-uint8.html', 'the same as the released code ran it'],
      ],
      run: showViews,
    }),
  ],
};
