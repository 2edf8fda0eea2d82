import { describe, expect, it } from 'vitest';
import { planResnet, unitsOf, type Architecture } from './planResnet.ts';

const count = (architecture: Architecture, inputChannels: number): number =>
  unitsOf(planResnet(architecture, 64, inputChannels)).reduce((total, { size, inputs, outputs }) => total + size * size * inputs * outputs + 2 * outputs, 0);

describe('planResnet', () => {
  // torchvision's own counts (11,689,512 and so on) without the classifier of 1000 classes
  it.each([
    ['resnet18', 11_689_512 - 513_000],
    ['resnet34', 21_797_672 - 513_000],
    ['resnet50', 25_557_032 - 2_049_000],
    ['resnet101', 44_549_160 - 2_049_000],
  ] as const)('gives %s as many parameters as torchvision', (architecture, wanted) => {
    expect(count(architecture, 3)).toBe(wanted);
  });

  it('puts the stride of a bottleneck on its 3x3 and projects the shortcut where the shape changes', () => {
    const [first, second] = planResnet('resnet50', 64, 1).layers[1]?.blocks ?? [];
    expect(first?.units.map(({ size, stride, inputs, outputs }) => [size, stride, inputs, outputs])).toEqual([
      [1, 1, 256, 128],
      [3, 2, 128, 128],
      [1, 1, 128, 512],
    ]);
    expect(first?.downsample).toEqual({ convolution: 'layer2.0.downsample.0', batchNorm: 'layer2.0.downsample.1', size: 1, stride: 2, inputs: 256, outputs: 512 });
    expect(second?.downsample).toBeUndefined();
    expect(planResnet('resnet50', 64, 1).layers[0]?.blocks[0]?.downsample?.stride).toBe(1);
    expect(planResnet('resnet18', 64, 1).layers[0]?.blocks[0]?.downsample).toBeUndefined();
  });
});
