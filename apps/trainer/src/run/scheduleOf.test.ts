import { describe, expect, it } from 'vitest';
import { duration, secondsOf } from '../options/duration.ts';
import { pretrainOptions } from '../options/pretrainOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { lengthIn } from '../options/trainingLength.ts';
import { scheduleOf } from './scheduleOf.ts';

const plan = { steps: 40, stepsPerEpoch: 4 };
const rates = (flags: object, at: readonly number[]): number[] => {
  const schedule = scheduleOf(resolveOptions('pretrain', pretrainOptions, { learningRate: '0.8', ...flags }), plan);
  return at.map((step) => Number(schedule(step).toPrecision(6)));
};

describe('scheduleOf', () => {
  it('is a cosine over the run, by the step or once an epoch', () => {
    expect(rates({}, [0, 10, 20, 40])).toEqual([0.8, 0.4 * (1 + Math.SQRT1_2), 0.4, 0].map((rate) => Number(rate.toPrecision(6))));
    expect(rates({ scheduleBy: 'epoch' }, [0, 3, 20, 23, 39])).toEqual([0.8, 0.8, 0.4, 0.4, Number((0.4 * (1 + Math.cos(0.9 * Math.PI))).toPrecision(6))]); // lr * 0.5 * (1 + cos(pi epoch / epochs))
    expect(rates({ minimumLearningRate: '0.2' }, [0, 20, 40])).toEqual([0.8, 0.5, 0.2]);
  });

  it('falls at milestones, wherever they are counted', () => {
    const step = { schedule: 'step', milestones: '5epochs, 30steps' };
    expect(rates(step, [19, 20, 29, 30])).toEqual([0.8, 0.08, 0.08, 0.008]);
    expect(rates({ ...step, scheduleBy: 'epoch', stepFactor: '0.5' }, [19, 20, 31, 32])).toEqual([0.8, 0.4, 0.4, 0.2]); // 30 steps are 7.5 epochs, over in the 8th
    expect(rates({ schedule: 'step' }, [0, 479, 480, 640])).toEqual([0.8, 0.8, 0.08, 0.008]);
    expect(rates({ schedule: 'constant' }, [0, 99])).toEqual([0.8, 0.8]);
  });

  it('rises first, where it is asked to', () => {
    expect(rates({ schedule: 'constant', warmUp: '1epoch' }, [0, 1, 3, 4])).toEqual([0.2, 0.4, 0.8, 0.8]);
    expect(rates({ schedule: 'constant', warmUp: '8 steps', scheduleBy: 'epoch' }, [0, 3, 4, 8])).toEqual([0.4, 0.4, 0.8, 0.8]);
  });

  it('takes the rate of the optimiser', () => {
    for (const [optimizer, rate] of [['sgd', 0.03], ['adamw', 1e-4], ['lars', 0.3]]) expect(rates({ optimizer, learningRate: undefined }, [0])).toEqual([rate]);
  });

  it.each([
    [{ milestones: '3epochs' }, 'Cannot use --milestones without --schedule step: current --schedule is cosine'],
    [{ schedule: 'constant', stepFactor: '0.5' }, 'Cannot use --step-factor without --schedule step: current --schedule is constant'],
    [{ schedule: 'step', minimumLearningRate: '0' }, 'Cannot use --minimum-learning-rate without --schedule cosine: current --schedule is step'],
    [{ minimumLearningRate: '1' }, 'Cannot end above the highest learning rate of 0.8: current --minimum-learning-rate is 1'],
    [{ warmUp: '10' }, 'Cannot pretrain as --warm-up must be a length of training such as 10epochs or 500steps: current value is 10'],
    [{ decayExcept: 'batchnorm' }, 'Cannot pretrain as --decay-except must be one of batch-norm, bias: current value is batchnorm'],
    [{ maxTime: '2 hours' }, 'Cannot pretrain as --max-time must be a duration such as 2h30m, 45m or 90s, of at most 24d: current value is 2 hours'],
  ])('refuses %j', (flags, message) => {
    expect(() => rates(flags, [0])).toThrow(message);
  });
});

describe('lengths and durations', () => {
  it('are read in any unit', () => {
    expect([lengthIn('2epochs', 'step', 5), lengthIn('1 epoch', 'epoch', 5), lengthIn('12steps', 'epoch', 5), lengthIn('0.5epochs', 'step', 4)]).toEqual([10, 1, 2.4, 2]);
    expect(['2h30m', '45m', '90s', '1d', '1d1s'].map(secondsOf)).toEqual([9000, 2700, 90, 86_400, 86_401]);
    for (const text of ['', '0s', '30', 'm', '30m2h', '-1h', '1.5h', '25d', '99999999999999999999h', ' 1h']) expect(duration.safeParse(text).success, text).toBe(false);
  });
});
