/** The architectures by torchvision's names. */
export type Architecture = 'resnet18' | 'resnet34' | 'resnet50' | 'resnet101';

/** A convolution and the batch-norm behind it. */
export interface UnitPlan {
  /** Name of the convolution: its parameter is `<convolution>.weight`. */
  readonly convolution: string;
  /** Name of the batch-norm: `<batchNorm>.weight`, `.bias`, `.running_mean`, `.running_var`. */
  readonly batchNorm: string;
  readonly size: number;
  readonly stride: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** A residual block: its units one after another, and the projection of its shortcut where the shape changes. */
export interface BlockPlan {
  readonly units: readonly UnitPlan[];
  readonly downsample?: UnitPlan;
}

/** One of the four layers. */
export interface LayerPlan {
  readonly name: string;
  readonly channels: number;
  readonly blocks: readonly BlockPlan[];
}

export interface ResnetPlan {
  readonly stem: UnitPlan;
  readonly layers: readonly LayerPlan[];
}

interface BlockUnit {
  readonly size: number;
  /** Channels in multiples of the layer's width. */
  readonly expansion: number;
  /** Takes the stride of the layer's first block. */
  readonly strided: boolean;
}

const BASIC: readonly BlockUnit[] = [
  { size: 3, expansion: 1, strided: true },
  { size: 3, expansion: 1, strided: false },
];

// "v1.5": the stride is on the 3x3 and not, as in the paper, on the first 1x1
const BOTTLENECK: readonly BlockUnit[] = [
  { size: 1, expansion: 1, strided: false },
  { size: 3, expansion: 1, strided: true },
  { size: 1, expansion: 4, strided: false },
];

/** Table 1 of the paper. */
export const ARCHITECTURES: Readonly<Record<Architecture, { readonly block: readonly BlockUnit[]; readonly blocks: readonly number[] }>> = {
  resnet18: { block: BASIC, blocks: [2, 2, 2, 2] },
  resnet34: { block: BASIC, blocks: [3, 4, 6, 3] },
  resnet50: { block: BOTTLENECK, blocks: [3, 4, 6, 3] },
  resnet101: { block: BOTTLENECK, blocks: [3, 4, 23, 3] },
};

/** Lists every convolution and batch-norm of an architecture with its name, size and channels. */
export function planResnet(architecture: Architecture, width: number, inputChannels: number): ResnetPlan {
  const { block, blocks } = ARCHITECTURES[architecture];
  const stem = { convolution: 'conv1', batchNorm: 'bn1', size: 7, stride: 2, inputs: inputChannels, outputs: width };
  let inputs = width;
  const layers = blocks.map((count, layer) => {
    const name = `layer${layer + 1}`;
    const layerWidth = width * 2 ** layer;
    const plans = Array.from({ length: count }, (_, index) => {
      const plan = planBlock(block, `${name}.${index}`, inputs, layerWidth, layer > 0 && index === 0 ? 2 : 1);
      inputs = outputsOf(block, layerWidth);
      return plan;
    });
    return { name, channels: inputs, blocks: plans };
  });
  return { stem, layers };
}

/** Every unit, in the order of torchvision's `state_dict`. */
export function unitsOf({ stem, layers }: ResnetPlan): UnitPlan[] {
  const blocks = layers.flatMap((layer) => layer.blocks);
  return [stem, ...blocks.flatMap(({ units, downsample }) => (downsample ? [...units, downsample] : units))];
}

function planBlock(block: readonly BlockUnit[], name: string, inputs: number, layerWidth: number, stride: number): BlockPlan {
  let channels = inputs;
  const units = block.map(({ size, expansion, strided }, index) => {
    const unit = { convolution: `${name}.conv${index + 1}`, batchNorm: `${name}.bn${index + 1}`, size, stride: strided ? stride : 1, inputs: channels, outputs: expansion * layerWidth };
    channels = unit.outputs;
    return unit;
  });
  if (stride === 1 && inputs === channels) return { units };
  return { units, downsample: { convolution: `${name}.downsample.0`, batchNorm: `${name}.downsample.1`, size: 1, stride, inputs, outputs: channels } };
}

function outputsOf(block: readonly BlockUnit[], layerWidth: number): number {
  return (block.at(-1) as BlockUnit).expansion * layerWidth;
}
