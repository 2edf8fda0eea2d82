import { z } from 'zod';
import { bootstrapOptions } from './bootstrapOptions.ts';
import { classifyOptions } from './classifyOptions.ts';
import { encoderOptions } from './encoderOptions.ts';
import { integer, oneOf, real, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

const { split: _split, ...annotatedRecordOptions } = recordOptions;
const { stage: _stage, ...ownEncoderOptions } = encoderOptions;

const boxOptions = {
  scoreThreshold: { description: 'boxes with a lower score are left out', value: '<score>', schema: real({ above: 0, maximum: 0.9999 }).default(0.05) },
  maximum: { description: 'the most boxes of an image', value: '<n>', schema: integer(1).default(100) },
  overlap: { description: 'the overlap (IoU) above which the less sure of two boxes of a finding goes', value: '<iou>', schema: real({ above: 0, maximum: 1 }).default(0.5) },
} as const;

/** Every option of `cxr-ifa detect train`. */
export const detectTrainOptions = {
  ...annotatedRecordOptions,
  data: pretrainOptions.data,
  resume: pretrainOptions.resume,
  boxes: { description: 'the boxes, in pixels of the files: COCO annotations (.json), or a .csv with the columns file, finding, x, y, w, h (default: those of the --label-format)', value: '<file>', schema: text.optional() },
  findings: { ...classifyOptions.findings, description: 'the findings to detect (default: all that the boxes name)' },
  minimumReaders: { description: 'where several readers drew boxes, how many must have drawn one for it to count', value: '<n>', schema: integer(1).default(1) },
  ...ownEncoderOptions,
  init: { ...encoderOptions.init, description: `${encoderOptions.init.description}; required but for --resume`, schema: text.optional() },
  batchSize: { description: 'images in a batch', value: '<n>', schema: integer(1).default(16) },
  channels: { description: 'channels of the feature pyramid and the heads; 256 in the paper', value: '<n>', schema: integer(1, 1024).default(64) },
  depth: { description: 'convolutions of each head before its last', value: '<n>', schema: integer(0, 8).default(4) },
  finestStride: { description: 'pixels of the resized image between the finest anchors: 8, as RetinaNet, or 4, which takes the first stage of the encoder into the pyramid and has four times the anchors (default: 8 where its anchors overlap nine of ten training boxes by 0.5, else 4 if that covers more)', value: '<pixels>', schema: integer(4, 8).refine((value) => value === 4 || value === 8, { error: '4 or 8' }).optional() },
  anchorSize: { description: "the side of the smallest anchors in pixels of the resized image (default: 4, 8, 16 or 32, whichever fits the training boxes best)", value: '<pixels>', schema: real({ above: 0 }).optional() },
  assign: { description: 'which anchors are to find a box: overlap (as RetinaNet), or atss, which gives small boxes as many as large ones', value: '<how>', schema: oneOf(['overlap', 'atss']).default('overlap') },
  boxLoss: { description: 'l1 (as torchvision), smoothL1 (as the paper) or giou', value: '<name>', schema: oneOf(['l1', 'smoothL1', 'giou']).default('l1') },
  batchNorm: { description: "running (each batch's own statistics, for batches of eight and more) or frozen (the encoder's)", value: '<how>', schema: oneOf(['running', 'frozen']).default('running') },
  augment: { description: 'cxr (noise, shift, scale, rotation), cxr-strong, or none; boxes move along, and nothing is flipped', value: '<preset>', schema: oneOf(['none', 'cxr', 'cxr-strong']).default('cxr') },
  minimumVisible: { description: 'a box of which augmentation leaves less than this share in the view is no box there', value: '<share>', schema: real({ minimum: 0, maximum: 1 }).default(0.3) },
  steps: { description: 'how many batches are seen', value: '<n>', schema: integer(1).default(1000) },
  optimizer: { description: 'adamw or sgd (momentum 0.9)', value: '<name>', schema: oneOf(['adamw', 'sgd']).default('adamw') },
  learningRate: { description: 'the highest learning rate, after a warm-up over a twentieth of the steps; it falls to 0 along a cosine', value: '<rate>', schema: real({ above: 0 }).default(0.001) },
  encoderRate: { description: "the encoder's learning rate as a factor of the heads'; 0 leaves it as it is", value: '<factor>', schema: real({ minimum: 0 }).default(1) },
  weightDecay: { description: 'the weight decay', value: '<rate>', schema: real({ minimum: 0 }).default(1e-4) },
  evaluateEvery: { description: 'steps between two looks at the validation images: mAP at IoU 0.5, into metrics.jsonl (default: only at the end)', value: '<n>', schema: integer(1).optional() },
  logEvery: pretrainOptions.logEvery,
  checkpointEvery: { ...pretrainOptions.checkpointEvery, schema: integer(1).default(200) },
  fraction: classifyOptions.fraction,
  samples: classifyOptions.samples,
  onLeak: classifyOptions.onLeak,
  keepIds: classifyOptions.keepIds,
  ...boxOptions,
  out: { ...classifyOptions.out, description: `${classifyOptions.out.description}; required but for --resume`, schema: text.optional() },
} as const;
export type DetectTrainOptions = OptionValues<typeof detectTrainOptions>;

/** What a resumed run may do otherwise: none of it changes a number of the detector; whether images and boxes are the same is seen from their hashes. */
export const DETECT_FREE_ON_RESUME: ReadonlySet<string> = new Set(['data', 'labels', 'boxes', 'backend', 'threads', 'workers', 'cache', 'checkpointEvery', 'logEvery'] satisfies (keyof DetectTrainOptions)[]);

const thresholds = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map(Number) : value),
  z.array(z.number({ error: 'overlaps above 0 and at most 1, with commas between them' }).gt(0, { error: 'overlaps above 0' }).lte(1, { error: 'overlaps of at most 1' }), { error: 'overlaps with commas between them' }).min(1, { error: 'at least one overlap' }).optional(),
);

/** Every option of `cxr-ifa detect evaluate`. */
export const detectEvaluateOptions = {
  run: { description: 'the run of detect train: its annotations.json and detections.json', value: '<run>', schema: text.optional() },
  annotations: { description: 'COCO annotations, instead of a run', value: '<json>', schema: text.optional() },
  detections: { description: 'COCO results for them', value: '<json>', schema: text.optional() },
  iou: { description: 'the overlaps of COCO\'s mAP (default: 0.5,0.55,...,0.95)', value: '<list>', schema: thresholds },
  hit: { description: 'the overlap (IoU) from which on the FROC takes a box for found, or centre', value: '<iou>', schema: z.union([z.literal('centre'), real({ above: 0, maximum: 1 })], { error: 'centre, or a number above 0 and at most 1' }).default(0.2) },
  rsnaThreshold: { description: "the score from which on a box is given to RSNA's metric, which has no threshold of its own", value: '<score>', schema: real({ minimum: 0, maximum: 1 }).default(0.3) },
  samples: bootstrapOptions.samples,
  confidence: bootstrapOptions.confidence,
  seed: bootstrapOptions.seed,
  out: bootstrapOptions.out,
  page: { description: 'an HTML page to write curves and images to', value: '<html>', schema: text.optional() },
  images: { description: 'with --page: the folder that the images\' paths begin at (default: no images are shown)', value: '<folder>', schema: text.optional() },
} as const;
export type DetectEvaluateOptions = OptionValues<typeof detectEvaluateOptions>;

const { batchSize, backend, threads, workers, onBadFile } = encoderOptions;

/** Every option of `cxr-ifa detect predict`. */
export const detectPredictOptions = {
  run: { description: 'the run of detect train whose detector predicts', value: '<run>', schema: text },
  ...recordOptions,
  ...boxOptions,
  overlays: { description: 'how many images to draw with their boxes, the surest first; 0 draws none', value: '<n>', schema: integer(0).default(20) },
  overlayThreshold: { description: 'boxes with a lower score are not drawn', value: '<score>', schema: real({ minimum: 0, maximum: 1 }).default(0.3) },
  batchSize,
  backend,
  threads,
  workers,
  cache: { ...encoderOptions.cache, description: 'the folder to keep prepared images in (default: none are kept)' },
  onBadFile,
  out: { description: 'the folder for detections.json, annotations.json (the images) and overlays; must be empty or new', value: '<folder>', schema: text },
} as const;
export type DetectPredictOptions = OptionValues<typeof detectPredictOptions>;
