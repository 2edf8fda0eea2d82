import { featurePyramid, featurePyramidParameters } from '@cxr-ifa/layers';
import { assertShape, createVariables, type Encoder, type Parameters, type Rng, type Stage, type Statistics } from '@cxr-ifa/tensor';
import { tidy, type Tensor1D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { createAnchors, DEFAULT_ASPECTS, DEFAULT_OCTAVES, type Anchors } from './createAnchors.ts';
import { headParameters, runHeads } from './retinaNetHead.ts';

/** What a RetinaNet is made of. */
export interface RetinaNetOptions {
  readonly encoder: Encoder;
  /** How many findings it tells apart. */
  readonly findings: number;
  /** The encoder's stages for the pyramid, finest first. @default {those of stride 8, 16 and 32} */
  readonly stages?: readonly string[];
  /** Channels of the pyramid and the heads. @default {64}; 256 in the paper */
  readonly channels?: number;
  /** Convolutions of each head before its last. @default {4} */
  readonly depth?: number;
  /** The side of the finest level's smallest anchor in pixels. @default {four times the finest stage's stride, as in the paper} */
  readonly anchorSize?: number;
  /** Heights over widths of the anchors. @default {[0.5, 1, 2]} */
  readonly aspects?: readonly number[];
  /** Anchor sizes at each level, in powers of two. @default {[0, 1 / 3, 2 / 3]} */
  readonly octaves?: readonly number[];
}

/** What a detector predicts for a batch; all of it belongs to the caller. */
export interface DetectorOutputs {
  /** Before the sigmoid, [N, A, K]. */
  readonly logits: Tensor3D;
  /** Where the box lies relative to the anchor, [N, A, 4]. */
  readonly deltas: Tensor3D;
  /** The encoder's, when training. */
  readonly batchStatistics?: Statistics;
}

/** A detector as a value: how its tensors are made, and how it runs. */
export interface Detector {
  readonly encoder: Encoder;
  readonly findings: number;
  /** Makes the detector's own parameters, under `fpn.` and `head.`; they belong to the caller, who joins them with the encoder's in one map. */
  initialise(rng: Rng): Parameters;
  /** The anchors for images of this size, in the order of the outputs. The same value for the same size. */
  anchors(height: number, width: number): Anchors;
  /**
   * Predicts for images [N, H, W, C]; borrows everything it is given.
   * @param parameters The encoder's and the detector's own.
   * @param options `training` normalises with the batch's statistics and returns them; otherwise `statistics` are used, also to train with batch-norm frozen.
   */
  predict(parameters: Parameters, statistics: Statistics, images: Tensor4D, options: { readonly training: boolean }): DetectorOutputs;
}

/** The strides of C3 to C5. */
const STRIDES = [8, 16, 32];

/**
 * RetinaNet on any encoder: a feature pyramid over three stages, and two small heads that say for every anchor which finding it shows and where its box lies.
 *
 * The detector's own parameters have torchvision's names (`fpn.inner_blocks.0.0.weight`, `head.regression_head.bbox_reg.bias`); with `backbone.` before `fpn.` and
 * `backbone.body.` before the encoder's they are those of `retinanet_resnet50_fpn`.
 *
 * @param options Encoder, findings, sizes and anchors.
 * @returns The detector: a value without tensors.
 * @throws {RangeError} If an option is out of range, or the encoder lacks a stage.
 *
 * @example
 * ```ts
 * const detector = createRetinaNet({ encoder, findings: 5, anchorSize: 8 });
 * const parameters = new Map([...encoderParameters, ...detector.initialise(createRng(1))]);
 * const { logits, deltas } = detector.predict(parameters, statistics, images, { training: false });
 * ```
 *
 * @see Lin et al. 2017, Focal Loss for Dense Object Detection
 */
export function createRetinaNet({ encoder, findings, stages, channels = 64, depth = 4, aspects = DEFAULT_ASPECTS, octaves = DEFAULT_OCTAVES, ...options }: RetinaNetOptions): Detector {
  for (const [name, value, least] of [['findings', findings, 1], ['channels', channels, 1], ['depth', depth, 0]] as const) {
    if (!(Number.isSafeInteger(value) && value >= least)) throw new RangeError(`Cannot create a RetinaNet as its ${name} must be an integer of at least ${least}: current value is ${value}`);
  }
  const used = stages ? stages.map((name) => stageNamed(encoder, name)) : STRIDES.map((stride) => stageOfStride(encoder, stride));
  const anchorSize = options.anchorSize ?? 4 * (used[0] as Stage).stride;
  const sizes = { channels, depth, anchorsPerCell: aspects.length * octaves.length, findings };
  const known = new Map<string, Anchors>();
  return {
    encoder,
    findings,
    initialise: (rng) =>
      createVariables(function* () {
        yield* featurePyramidParameters(rng, { inputs: used.map(({ channels: width }) => width), channels });
        yield* headParameters(rng, sizes);
      }),
    anchors(height, width) {
      const key = `${height} x ${width}`;
      const anchors = known.get(key) ?? createAnchors({ imageSize: [height, width], grids: gridsOf(used, height, width), baseSize: anchorSize, aspects, octaves });
      known.set(key, anchors);
      return anchors;
    },
    predict(parameters, statistics, images, { training }) {
      assertShape('detect', { images: [images, ['N', 'H', 'W', encoder.inputChannels]] });
      const { logits, deltas, found } = tidy(() => {
        const encoded = encoder.encode(parameters, statistics, images, { training });
        const maps = used.map(({ name }) => encoded.stages[name] as Tensor4D);
        const outputs = runHeads(parameters, featurePyramid(parameters, maps), sizes);
        return { ...outputs, found: Object.fromEntries(encoded.batchStatistics ?? []) as Record<string, Tensor1D> };
      });
      return { logits, deltas, ...(training && { batchStatistics: new Map(Object.entries(found)) }) };
    },
  };
}

/** The maps' sizes: each stride halves, rounding up, and two levels follow the last stage. */
function gridsOf(stages: readonly Stage[], height: number, width: number): [rows: number, columns: number][] {
  const grids = stages.map(({ stride }): [number, number] => [Math.ceil(height / stride), Math.ceil(width / stride)]);
  for (let level = 0; level < 2; level++) grids.push((grids.at(-1) as [number, number]).map((size) => Math.ceil(size / 2)) as [number, number]);
  return grids;
}

function stageNamed({ stages }: Encoder, name: string): Stage {
  const stage = stages.find((candidate) => candidate.name === name);
  if (!stage) throw new RangeError(`Cannot create a RetinaNet as its stages must be among ${stages.map((candidate) => candidate.name).join(', ')}: current value is ${name}`);
  return stage;
}

function stageOfStride({ stages }: Encoder, stride: number): Stage {
  const stage = stages.filter((candidate) => candidate.stride === stride).at(-1);
  if (!stage) throw new RangeError(`Cannot create a RetinaNet as the encoder must have stages of stride ${STRIDES.join(', ')}: current strides are ${stages.map((candidate) => candidate.stride).join(', ')}, name others with stages`);
  return stage;
}
