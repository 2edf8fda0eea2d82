import { linearUniform } from '@cxr-ifa/layers';
import type { Rng } from '@cxr-ifa/tensor';
import { tensor1d, tensor2d, zeros, type Rank, type Tensor } from '@tensorflow/tfjs-core';
import type { CountedFinding } from './classificationLoss.ts';
import type { LinearProbe } from './linearProbe.ts';

/** A probe with its standardisation folded into weight and bias; PyTorch's initial values where there is none, and no bias then. */
export function initialiseHead(inputs: number, findings: readonly CountedFinding[], rng: Rng, probe: LinearProbe | undefined): [string, Tensor][] {
  if (!probe) return [['weight', linearUniform<Rank.R2>(rng.fork('weight'), [findings.length, inputs], inputs)], ['bias', zeros([findings.length])]];
  const rows = probe.findings.map(({ classifier }) => {
    const weights = Array.from({ length: inputs }, (_, d) => (classifier?.weights[d] ?? 0) / (probe.deviation[d] as number));
    return { weights, bias: weights.reduce((sum, weight, d) => sum - weight * (probe.mean[d] as number), classifier?.bias ?? 0) };
  });
  return [['weight', tensor2d(rows.map(({ weights }) => weights))], ['bias', tensor1d(rows.map(({ bias }) => bias))]];
}
