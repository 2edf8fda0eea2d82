import { checkOptions } from '../options/checkOptions.ts';
import { inspectOptions } from '../options/inspectOptions.ts';
import { phantomOptions } from '../options/phantomOptions.ts';
import { prepareOptions } from '../options/prepareOptions.ts';
import { splitOptions } from '../options/splitOptions.ts';
import { viewsOptions } from '../options/viewsOptions.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa data`: looking at data sets, dividing them, keeping their parts apart, and making one. */
export const data: CommandGroup = {
  name: 'data',
  summary: 'look at a data set, split it by patient, check it for leaks, or make one of chest phantoms',
  commands: [
    defineCommand({
      name: 'inspect',
      summary: 'what a data set is: files, bad files, sizes, intensities, patients, splits, labels, and which images deserve a look',
      options: inspectOptions,
      examples: [
        ['cxr-ifa data inspect --data my-radiographs --page images.html', 'every image in a folder, and a page that shows the inverted, turned, lateral, marked, padded and repeated ones'],
        ['cxr-ifa data inspect --data cxr --labels labels.csv --path-column file --label-column labels --patient-column patient_id --split-column split --out summary.json', 'the images that a CSV file lists, with patients, splits and labels'],
        ['cxr-ifa data inspect --data CheXpert-v1.0-small --label-format chexpert', "a public data set by its publisher's own files, and what has no partner among them"],
      ],
      run: async (options, context) => (await import('../data/inspectData.ts')).inspectData(options, context),
    }),
    defineCommand({
      name: 'prepare',
      summary: 'decode, clip and resize images once, for all runs, into files that NumPy can map into memory',
      options: prepareOptions,
      examples: [
        ['cxr-ifa data prepare --data my-radiographs --image-size 224 --out prepared-224', 'every image in a folder; pretrain --data prepared-224 --image-size 224 then begins at once'],
        ['cxr-ifa data prepare --data cxr/labels.csv --path-column file --where source=nih256 --image-size 128 --aspect pad --on-bad-file skip --out nih-128', 'the images that a CSV file selects, their shape kept, without the bad ones'],
      ],
      run: async (options, context) => (await import('../data/prepareData.ts')).prepareData(options, context),
    }),
    defineCommand({
      name: 'split',
      summary: 'write a manifest (path, patient, split, findings) whose splits share no patient, and the hash of its splits',
      options: splitOptions,
      examples: [
        ['cxr-ifa data split --data cxr --labels labels.csv --path-column file --label-column labels --patient-column patient_id --out splits.csv', 'drawn by patient: 70 % train, 10 % val, 20 % test'],
        ['cxr-ifa data split --data ChestX-ray14 --label-format nih --by official --out nih.csv', "the publisher's lists, which lie beside Data_Entry"],
        ['cxr-ifa data split --data CheXpert-v1.0-small --label-format chexpert --fractions train=0.8,val=0.1,test=0.1 --seed 2 --out chexpert.csv', 'train.csv and valid.csv together, divided anew'],
        ['cxr-ifa data split --data more-radiographs --labels more.csv --patient-column patient --pseudonyms-of splits.csv --out more-splits.csv', 'with the pseudonyms of another manifest, so that data check can compare them'],
      ],
      run: async (options, context) => (await import('../data/splitData.ts')).splitData(options, context),
    }),
    defineCommand({
      name: 'check',
      summary: 'refuse data whose parts share patients or images: the splits of manifests, manifests with one another, and with what a run was trained on',
      operands: '<manifests...>',
      options: checkOptions,
      examples: [
        ['cxr-ifa data check splits.csv', 'do the splits of a manifest share patients or near-duplicates?'],
        ['cxr-ifa data check runs/first splits.csv --out report.json', 'was the run trained on what will be tested?'],
        ['cxr-ifa data check pretraining.csv fine-tuning.csv test.csv --patients-only', 'three lists of images, by patient alone'],
        ['cxr-ifa data check labels.csv --data cxr --path-column file --patient-column patient_id --split-column suggested_split --threshold 0.985', 'a CSV file with other columns, and a lower threshold'],
      ],
      run: async (options, context) => (await import('../data/checkData.ts')).checkData(options, context),
    }),
    defineCommand({
      name: 'phantom',
      summary: 'make a data set of computed chest radiographs with findings, splits and boxes',
      options: phantomOptions,
      examples: [['cxr-ifa data phantom --count 1000 --size 128 --out phantoms', 'images, labels.csv and boxes.json']],
      run: async (options, context) => (await import('../data/makePhantoms.ts')).makePhantoms(options, context),
    }),
    defineCommand({
      name: 'views',
      summary: 'a page of augmented views: images, their query and key views, what was done to them and where it moved them',
      options: viewsOptions,
      examples: [
        ['cxr-ifa data views --data my-radiographs --augment cxr-strong --rows 8 --out views.html', 'what the method does to eight of your images'],
        ['cxr-ifa data views --data my-radiographs --augment cxr-strong --augment-arithmetic uint8 --out views-uint8.html', 'the same as the released code ran it'],
      ],
      run: async (options, context) => (await import('../data/showViews.ts')).showViews(options, context),
    }),
  ],
};
