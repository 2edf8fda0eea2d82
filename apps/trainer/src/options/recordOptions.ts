import { z } from 'zod';
import { oneOf, text, type OptionValues } from './option.ts';

/** Which images a command takes, and what is known of them: the same for every command. */
export const recordOptions = {
  data: { description: 'a folder of PNG, JPEG or DICOM images (searched through), a CSV file that lists images, or a folder of prepared images (cache)', value: '<path>', schema: text },
  labels: { description: 'a CSV file that lists the images of the --data folder and what is known of them; of a public data set one of its label files or the folder of all (default: the --data folder)', value: '<csv>', schema: text.optional() },
  labelFormat: {
    description: 'plain (a CSV file with the columns named below), folders (the folder of an image is its finding, or train, val or test), dicom (patients, sex and age from the headers of DICOM files), or the files of a public data set by their own names: nih, chexpert, mimic, vindr, rsna, siim',
    value: '<name>',
    schema: oneOf(['plain', 'folders', 'dicom', 'nih', 'chexpert', 'mimic', 'vindr', 'rsna', 'siim']).default('plain'),
  },
  pathColumn: { description: 'the column with the path of an image, from the --data folder or else the CSV file\'s', value: '<column>', schema: text.default('path') },
  labelColumn: { description: 'the column that names the findings of an image', value: '<column>', schema: text.optional() },
  labelSeparator: { description: 'what stands between two findings in that column', value: '<text>', schema: text.default('|') },
  patientColumn: { description: 'the column with the patient', value: '<column>', schema: text.optional() },
  splitColumn: { description: 'the column with the split, such as train or test', value: '<column>', schema: text.optional() },
  split: { description: 'take only the images of this split', value: '<name>', schema: text.optional() },
  where: {
    description: 'take only the rows with this value in a column, such as source=kermany224; may be repeated, and values of one column are alternatives',
    value: '<column=value>',
    repeatable: true,
    schema: z.array(z.string().regex(/^[^=]+=/, { error: 'of the form column=value' }), { error: 'a list of column=value' }).default([]),
  },
} as const;

/** The values of {@link recordOptions}, or as many of them as decide which images are taken. */
export type RecordOptionValues = OptionValues<typeof recordOptions>;
