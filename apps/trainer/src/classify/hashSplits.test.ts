import type { ImageRecord } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashSplits } from './hashSplits.ts';

const record = fc.record({ path: fc.string(), split: fc.constantFrom('train', 'val', 'test') });
const records = fc.uniqueArray(record, { selector: ({ path }) => path, minLength: 1, maxLength: 20 }).map((all) => all.map((one): ImageRecord => ({ ...one, findings: {} })));

describe('hashSplits', () => {
  it('does not depend on the order of the records, nor on what else is known of them', () => {
    fc.assert(
      fc.property(
        records.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(hashSplits(shuffled.map((one) => ({ ...one, patient: 'p', findings: { Mass: 1 } })))).toBe(hashSplits(all));
        },
      ),
    );
  });

  it('changes when an image changes sides, goes or comes', () => {
    fc.assert(
      fc.property(records, fc.nat(), (all, at) => {
        const chosen = all[at % all.length] as ImageRecord;
        const rest = all.filter((one) => one !== chosen);
        expect(hashSplits([...rest, { ...chosen, split: chosen.split === 'test' ? 'train' : 'test' }])).not.toBe(hashSplits(all));
        expect(hashSplits(rest)).not.toBe(hashSplits(all));
      }),
    );
  });
});
