import { expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import { constantSchedule } from './constantSchedule.ts';
import { cosineSchedule } from './cosineSchedule.ts';
import { stepSchedule } from './stepSchedule.ts';
import { warmUp } from './warmUp.ts';

describe('constantSchedule', () => {
  it('never changes', () => expect([0, 0.5, 1e6].map(constantSchedule(0.03))).toEqual([0.03, 0.03, 0.03]));
});

describe('cosineSchedule', () => {
  it('is MoCo adjust_learning_rate: lr 0.5 (1 + cos(pi epoch / epochs))', async () => {
    const schedule = cosineSchedule({ base: 0.03, total: 200 });
    for (const epoch of [0, 1, 50, 100, 137.5, 199, 200]) await expectClose(schedule(epoch), 0.03 * 0.5 * (1 + Math.cos((Math.PI * epoch) / 200)));
  });

  it('ends at its minimum, and stays there', async () => {
    const schedule = cosineSchedule({ base: 1, total: 10, minimum: 0.1 });
    await expectClose([0, 5, 10, 15].map(schedule), [1, 0.55, 0.1, 0.1]);
  });

  it('is the same in steps as in epochs', async () => {
    await expectClose(cosineSchedule({ base: 1, total: 700 })(210), cosineSchedule({ base: 1, total: 100 })(30));
  });

  it('refuses an empty time', () => {
    expect(() => cosineSchedule({ base: 1, total: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a cosine schedule as total must be above 0: current value is 0]`);
  });
});

describe('stepSchedule', () => {
  it('drops at each milestone', async () => {
    const schedule = stepSchedule({ base: 0.03, milestones: [160, 120] });
    await expectClose([0, 119.9, 120, 159, 160, 500].map(schedule), [0.03, 0.03, 0.003, 0.003, 0.0003, 0.0003], { relative: 1e-12 });
    expect(stepSchedule({ base: 8, milestones: [1, 2], factor: 0.5 })(2)).toBe(2);
  });
});

describe('warmUp', () => {
  it('rises linearly to the schedule, which keeps its own clock', async () => {
    const cosine = cosineSchedule({ base: 1, total: 20 });
    const warm = warmUp(cosine, 4);
    await expectClose([0, 1, 2, 3, 4, 10, 20].map(warm), [0.25 * cosine(0), 0.5 * cosine(1), 0.75 * cosine(2), cosine(3), cosine(4), 0.5, 0], { absolute: 1e-12 });
  });

  it('of no duration changes nothing, of a negative one is refused', () => {
    expect([0, 1].map(warmUp(constantSchedule(2), 0))).toEqual([2, 2]);
    expect(() => warmUp(constantSchedule(2), -1)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a warm-up as duration must be 0 or more: current value is -1]`);
  });
});
