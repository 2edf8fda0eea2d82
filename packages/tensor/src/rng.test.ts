import { describe, expect, it } from 'vitest';
import { createRng } from './rng.ts';

describe('createRng', () => {
  it('makes the blocks of Philox4x32-10', () => {
    // Known-answer vector of the authors' Random123 library: counter 0, key 0
    const rng = createRng(0);
    expect([rng.uint32(), rng.uint32(), rng.uint32(), rng.uint32()].map((x) => x.toString(16))).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
  });

  it('goes on exactly from its state', () => {
    const rng = createRng(7);
    for (let i = 0; i < 5; i++) rng.normal();
    const resumed = createRng(JSON.parse(JSON.stringify(rng.state())));
    expect(Array.from({ length: 9 }, () => resumed.uniform())).toEqual(Array.from({ length: 9 }, () => rng.uniform()));
  });

  it('forks independently of its own position and by label', () => {
    const rng = createRng(3);
    const early = rng.fork('view', 0, 5).uint32();
    rng.uniform();
    expect(rng.fork('view', 0, 5).uint32()).toBe(early);
    const others = [rng.fork('view', 5, 0), rng.fork('view', 0, '5'), rng.fork('view', 0), createRng(4).fork('view', 0, 5)].map((fork) => fork.uint32());
    expect(new Set([early, ...others]).size).toBe(5);
  });

  it('draws uniform and normal numbers with the right moments', () => {
    const rng = createRng(11);
    const n = 20_000;
    const uniform = Array.from({ length: n }, () => rng.uniform(2, 4));
    const normal = Array.from({ length: n }, () => rng.normal());
    const mean = (x: number[]): number => x.reduce((a, b) => a + b) / n;
    expect(Math.abs(mean(uniform) - 3)).toBeLessThan(0.02);
    expect(Math.abs(mean(normal))).toBeLessThan(0.03);
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(0.05);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...uniform)).toBeLessThan(4);
  });

  it('permutes', () => {
    const order = createRng(5).permutation(100);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
  });

  it('refuses bad seeds and bounds', () => {
    expect(() => createRng(-1)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot seed a generator as the seed must be a non-negative integer: current value is -1]`);
    expect(() => createRng(1).integer(0)).toThrow(RangeError);
  });
});
