import type { FindingState, ImageRecord } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyLabelPolicy } from './index.ts';

const states: FindingState[] = [1, 0, 'uncertain', 'unmentioned'];
const records: ImageRecord[] = states.map((state, index) => ({ path: `${index}.png`, findings: { Edema: state } }));
records.push({ path: '4.png', findings: { Mass: 1 } });

describe('applyLabelPolicy', () => {
  it.each([
    ['u-ones', 'negative', [1, 0, 1, 0, 0], [1, 1, 1, 1, 1]],
    ['u-zeros', 'unknown', [1, 0, 0, 0, 0], [1, 1, 1, 0, 0]],
    ['u-ignore', 'unknown', [1, 0, 0, 0, 0], [1, 1, 0, 0, 0]],
    ['u-ignore', 'negative', [1, 0, 0, 0, 0], [1, 1, 0, 1, 1]],
  ] as const)('%s, blank %s', (uncertain, blank, labels, known) => {
    const matrix = applyLabelPolicy(records, { uncertain, blank }, ['Edema']);
    expect([...matrix.labels]).toEqual(labels);
    expect([...matrix.known]).toEqual(known);
    expect(matrix.counts).toEqual({ Edema: { positive: 1, negative: 1, uncertain: 1, unmentioned: 2 } });
  });

  it('lays findings out in the order asked for', () => {
    const { labels, known, findings } = applyLabelPolicy(records, { uncertain: 'u-ignore', blank: 'unknown' }, ['Mass', 'Edema']);
    expect(findings).toEqual(['Mass', 'Edema']);
    expect([...labels]).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 1, 0]);
    expect([...known]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 1, 0]);
  });

  it('refuses a finding that no record knows, and a policy that is none', () => {
    expect(() => applyLabelPolicy(records, { uncertain: 'u-ones', blank: 'negative' }, ['Oedema'])).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot label Oedema as no record speaks of it: the records' findings are Edema, Mass]`);
    expect(() => applyLabelPolicy(records, { uncertain: 'ones', blank: 'negative' } as never, ['Edema'])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot apply the label policy as it must be u-ones, u-zeros or u-ignore, and negative or unknown: current value is ones, negative]`);
  });

  it('loses and invents no label, whatever the policy', () => {
    const policy = fc.record({ uncertain: fc.constantFrom('u-ones', 'u-zeros', 'u-ignore' as const), blank: fc.constantFrom('negative', 'unknown' as const) });
    const states = fc.array(fc.option(fc.constantFrom<FindingState>(1, 0, 'uncertain', 'unmentioned'), { nil: undefined }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(policy, states, (chosen, read) => {
        const given = [{ path: 'first', findings: { Edema: 1 as const } }, ...read.map((state, index): ImageRecord => ({ path: String(index), findings: state === undefined ? {} : { Edema: state } }))];
        const { labels, known, counts } = applyLabelPolicy(given, chosen, ['Edema']);
        const { positive, negative, uncertain, unmentioned } = counts['Edema']!;
        expect(positive + negative + uncertain + unmentioned).toBe(given.length);
        const [ones, zeros] = [labels.filter((label, row) => label === 1 && known[row]).length, labels.filter((label, row) => label === 0 && known[row]).length];
        expect(ones).toBe(positive + (chosen.uncertain === 'u-ones' ? uncertain : 0));
        expect(zeros).toBe(negative + (chosen.uncertain === 'u-zeros' ? uncertain : 0) + (chosen.blank === 'negative' ? unmentioned : 0));
        expect(labels.every((label, row) => known[row] === 1 || label === 0)).toBe(true);
      }),
    );
  });
});
