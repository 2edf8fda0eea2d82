import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockAllocator } from './blockAllocator.ts';

/** A memory that grows by what is asked for, or by a quarter at least as the backend's does, and remembers how far. */
function memory({ start = 1000, slack = 0 } = {}): { allocator: BlockAllocator; size: () => number } {
  let size = 4096;
  const allocator = new BlockAllocator(start, (end) => (size = Math.max(end, Math.floor(size * (1 + slack)))));
  return { allocator, size: () => size };
}

describe('BlockAllocator', () => {
  it('gives aligned blocks and counts what is in use, padding included', () => {
    const { allocator } = memory();
    const addresses = [allocator.allocate(4), allocator.allocate(100), allocator.allocate(5000)];
    expect(addresses.every((address) => address >= 1000 && address % 64 === 0)).toBe(true);
    expect(allocator.usedBytes).toBe(64 + 128 + 5056);
    allocator.free(addresses[1] as number, 100);
    expect(allocator.usedBytes).toBe(64 + 5056);
  });

  it('never hands out overlapping blocks', () => {
    const steps = fc.array(fc.record({ bytes: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 2000, max: 90_000 })), free: fc.option(fc.nat()) }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (actions) => {
        const { allocator } = memory();
        const live: [address: number, bytes: number][] = [];
        for (const { bytes, free } of actions) {
          if (free !== null && live.length > 0) allocator.free(...(live.splice(free % live.length, 1)[0] as [number, number]));
          live.push([allocator.allocate(bytes), bytes]);
        }
        const sorted = [...live].sort(([a], [b]) => a - b);
        for (let i = 1; i < sorted.length; i++) {
          const [[address, bytes], [next]] = [sorted[i - 1], sorted[i]] as [[number, number], [number, number]];
          expect(next).toBeGreaterThanOrEqual(address + Math.max(bytes, 1));
        }
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('grows no more once the same work has been done twice', () => {
    const { allocator, size } = memory({ slack: 1 / 4 });
    const sizes = Array.from({ length: 60 }, (_, i) => ((i * 7919) % 50_000) + 16);
    const kept: [number, number][] = [];
    const step = (): void => {
      const blocks = sizes.map((bytes): [number, number] => [allocator.allocate(bytes), bytes]);
      for (const block of kept.splice(0)) allocator.free(...block);
      kept.push(...blocks.splice(10, 5)); // what a step leaves for the next, as an optimiser does
      for (const block of blocks.reverse()) allocator.free(...block);
    };
    step();
    step();
    const after = size();
    for (let i = 0; i < 50; i++) step();
    expect(size()).toBe(after);
  });

  it('merges neighbours, so that a larger block fits where smaller ones were', () => {
    const { allocator, size } = memory();
    const blocks = Array.from({ length: 8 }, () => allocator.allocate(10_000));
    const full = size();
    for (const index of [0, 2, 4, 6, 1, 3, 5, 7]) allocator.free(blocks[index] as number, 10_000);
    allocator.allocate(80_000);
    expect(size()).toBe(full);
  });

  it('asks for what is missing only, where the last block is free', () => {
    const { allocator, size } = memory({ start: 64 });
    allocator.free(allocator.allocate(40_000), 40_000);
    const before = size();
    allocator.allocate(50_048);
    expect(size() - before).toBe(50_048 - 40_000);
  });
});
