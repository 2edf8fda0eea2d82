import { chexpertRecords, mimicRecords, nihRecords, rsnaRecords, siimRecords, vindrRecords, type RecordSelection } from '@cxr-ifa/datasets';

/** Files that a publisher made to be read together, by what they are in our words: the texts of those that are there. */
export interface TableGroup {
  /** The first is the one that makes the group; a group with `anyOf` needs one of its files, whichever. */
  readonly files: Readonly<Record<string, { readonly example: string; readonly pattern: RegExp }>>;
  readonly anyOf?: boolean;
  /** @param texts By the names of `files`. @param paths The images that there are. */
  read(texts: Readonly<Record<string, string | undefined>>, paths: readonly string[]): RecordSelection;
}

/** How a public data set's labels are read and joined with its images. */
export interface LabelFormat {
  /** Read one after the other; a label file that was named belongs to one of them, a folder of labels may hold several. */
  readonly groups: readonly TableGroup[];
  /** How many of the last parts of a path tell one image from another: 1 is the name, 3 patient, study and name. */
  readonly parts: number;
}

const named = (example: string, pattern: RegExp): { example: string; pattern: RegExp } => ({ example, pattern });
const text = (texts: Readonly<Record<string, string | undefined>>, name: string): string => texts[name] as string;

/** The data sets that `--label-format` knows beside plain CSV files and folders, by the publishers' own file names. */
export const LABEL_FORMATS = {
  nih: {
    parts: 1,
    groups: [
      {
        files: {
          entries: named('Data_Entry_2017.csv', /^data_entry.*\.csv$/i),
          trainValList: named('train_val_list.txt', /^train_val_list.*\.txt$/),
          testList: named('test_list.txt', /^test_list.*\.txt$/),
          boxList: named('BBox_List_2017.csv', /^bbox_list.*\.csv$/i),
        },
        read: ({ entries, ...lists }) => nihRecords(entries as string, lists),
      },
    ],
  },
  chexpert: {
    parts: 3,
    groups: [named('train.csv', /^train.*\.csv$/), named('valid.csv', /^valid.*\.csv$/), named('test_labels.csv', /^(test_labels|groundtruth).*\.csv$/)].map((labels) => ({ files: { labels }, read: (texts, paths) => chexpertRecords(text(texts, 'labels'), { paths }) })),
  },
  mimic: {
    parts: 1,
    groups: [
      {
        files: {
          metadata: named('mimic-cxr-2.0.0-metadata.csv.gz', /^mimic-cxr-.*-metadata\.csv(\.gz)?$/),
          labels: named('mimic-cxr-2.0.0-chexpert.csv.gz', /^mimic-cxr-.*-(chexpert|negbio)\.csv(\.gz)?$/),
          split: named('mimic-cxr-2.0.0-split.csv.gz', /^mimic-cxr-.*-split\.csv(\.gz)?$/),
        },
        read: ({ metadata, labels, split }) => mimicRecords({ metadata: metadata as string, labels, split }),
      },
    ],
  },
  vindr: {
    parts: 1,
    groups: (['train', 'test'] as const).map((split) => ({
      files: { annotations: named(`annotations_${split}.csv`, new RegExp(`^(annotations_)?${split}\\.csv$`)), imageLabels: named(`image_labels_${split}.csv`, new RegExp(`^image_labels_${split}\\.csv$`)) },
      anyOf: true,
      read: (texts) => vindrRecords(texts, { split }),
    })),
  },
  rsna: {
    parts: 1,
    groups: [
      {
        files: {
          labels: named('stage_2_train_labels.csv', /^stage_2_train_labels\.csv$/),
          classInfo: named('stage_2_detailed_class_info.csv', /^stage_2_detailed_class_info\.csv$/),
          mappings: named('pneumonia-challenge-dataset-mappings_2018.json', /^pneumonia-challenge-dataset-mappings.*\.json$/),
        },
        read: ({ labels, ...rest }) => rsnaRecords({ labels: labels as string, ...rest }),
      },
    ],
  },
  siim: { parts: 1, groups: [{ files: { masks: named('train-rle.csv', /^(train-rle|stage_2_train).*\.csv$/) }, read: (texts) => siimRecords(text(texts, 'masks')) }] },
} as const satisfies Readonly<Record<string, LabelFormat>>;

export type LabelFormatName = keyof typeof LABEL_FORMATS;
