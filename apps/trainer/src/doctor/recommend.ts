import { createResnet, type Architecture } from '@cxr-ifa/resnet';
import type { Stage } from '@cxr-ifa/tensor';
import type { SelectedBackend } from '../backend/selectBackend.ts';
import { evenBatch, backendMemory, fittingBatch, fittingParts, measureStepMemory } from '../run/requireMemory.ts';
import type { Finding } from './finding.ts';

/** A backend that trains rightly here, and how fast. */
export interface Candidate extends Pick<SelectedBackend, 'name' | 'adapter'> {
  readonly imagesPerSecond: number;
}

const SETTINGS: readonly { arch: Architecture; imageSize: number }[] = [{ arch: 'resnet18', imageSize: 128 }, { arch: 'resnet50', imageSize: 224 }];
/** The method's. */
const BATCH = 256;

/**
 * The backend to train on, the fastest of those that train rightly, and the batches that it takes.
 *
 * @param candidates Those that were measured; none computes on the processor in the guise of a GPU.
 */
export function recommend(candidates: readonly Candidate[]): Finding[] {
  const [best] = [...candidates].sort((a, b) => b.imagesPerSecond - a.imagesPerSecond);
  if (!best) return [];
  return [
    { what: 'recommended backend', result: `--backend ${best.name}, the fastest that trains rightly here (${candidates.map(({ name, imagesPerSecond }) => `${name} ${imagesPerSecond.toPrecision(3)} images/s`).join(', ')})`, state: 'good' },
    ...SETTINGS.map(({ arch, imageSize }): Finding => ({ what: `recommended for ${arch}, ${imageSize} px`, result: batchFor(best, arch, imageSize), state: 'good' })),
  ];
}

function batchFor(backend: Candidate, architecture: Architecture, imageSize: number): string {
  const encoder = createResnet({ architecture, inputChannels: 1 });
  const limit = backendMemory(backend);
  if (limit === undefined) {
    const bytes = Math.max(...encoder.stages.map(({ stride, channels }: Stage) => 4 * channels * Math.ceil(imageSize / stride) ** 2));
    const { maxBufferSize = Infinity, maxStorageBufferBindingSize = Infinity } = backend.adapter?.limits ?? {};
    return `--batch-size ${Math.min(BATCH, evenBatch(Math.min(maxBufferSize, maxStorageBufferBindingSize) / bytes))}, as its tensors fit; the GPU does not tell how much memory it has: halve it where that does not suffice, or give --accumulate 2`;
  }
  const memory = measureStepMemory(encoder, { imageSize, recompute: 'none', stages: ['layer1', 'layer4'], slots: 1 });
  const fitting = Math.min(BATCH, fittingBatch(memory, limit));
  if (fitting < 2) return `needs more than the ${(limit / 1e9).toFixed(1)} GB that the backend has`;
  const parts = fitting < BATCH ? fittingParts(memory, limit, BATCH, 1) : undefined;
  return `--batch-size ${fitting}${parts === undefined ? '' : `, or the method's ${BATCH} with --accumulate ${parts}`} (${((memory.fixed + fitting * memory.perImage) / 1e9).toFixed(1)} of ${(limit / 1e9).toFixed(1)} GB)`;
}
