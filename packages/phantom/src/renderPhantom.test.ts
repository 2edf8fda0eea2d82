import { createRng, type Box } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { drawAnatomy, phantomFindings, renderPhantom, type PhantomFinding, type PhantomImage } from './index.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, index) => (value - meanA) * ((b[index] as number) - meanB)));
  return covariance / Math.sqrt(mean(a.map((value) => (value - meanA) ** 2)) * mean(b.map((value) => (value - meanB) ** 2)));
}

/** Halves an image by means over 2 x 2 pixels. */
function halve(data: Float32Array, width: number): number[] {
  const half = width / 2;
  return Array.from({ length: half * half }, (_, index) => {
    const at = 2 * Math.floor(index / half) * width + 2 * (index % half);
    return ((data[at] as number) + (data[at + 1] as number) + (data[at + width] as number) + (data[at + width + 1] as number)) / 4;
  });
}

const inside = ([left, top, width, height]: Box, x: number, y: number): boolean => x >= left && x < left + width && y >= top && y < top + height;

/** Pixels of a mask as column and row. */
function pixels(mask: Uint8Array, size: number): [x: number, y: number][] {
  return [...mask.keys()].filter((index) => mask[index] === 1).map((index) => [index % size, Math.floor(index / size)]);
}

describe('renderPhantom', () => {
  it('gives the same image for the same state of the generator, and another one for the next', () => {
    const rng = createRng(4);
    const first = renderPhantom({ rng, size: 32, prevalence: 0.5 });
    const second = renderPhantom({ rng, size: 32, prevalence: 0.5 });
    const again = renderPhantom({ rng: createRng(4), size: 32, prevalence: 0.5 });
    expect(again).toEqual(first);
    expect(second.image.data).not.toEqual(first.image.data);
  });

  it('keeps to whole grey values from 0 to 255 and uses most of them', () => {
    for (let seed = 0; seed < 5; seed++) {
      const { image } = renderPhantom({ rng: createRng(seed), size: 64 });
      expect([image.width, image.height, image.data.length, image.range]).toEqual([64, 64, 4096, [0, 255]]);
      expect(image.data.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
      expect(new Set(image.data).size).toBeGreaterThan(100);
    }
  });

  it('shows the same patient at every size', () => {
    const findings = { nodule: 0.6, consolidation: 0.5, effusion: 0.7, pneumothorax: 0.5 };
    for (const [large, small] of [[64, 32], [128, 64], [512, 256]] as const) {
      const a = renderPhantom({ rng: createRng(8), size: large, findings });
      const b = renderPhantom({ rng: createRng(8), size: small, findings });
      const halved = halve(a.image.data, large);
      expect(correlation(halved, [...b.image.data])).toBeGreaterThan(0.995);
      expect(mean(halved.map((value, index) => Math.abs(value - (b.image.data[index] as number))))).toBeLessThan(4);
      expect(a.boxes.map(({ finding }) => finding)).toEqual(b.boxes.map(({ finding }) => finding));
      for (const [index, { box }] of a.boxes.entries()) {
        for (const side of [0, 1, 2, 3] as const) expect(Math.abs(box[side] / 2 - ((b.boxes[index] as { box: Box }).box[side]))).toBeLessThanOrEqual(2);
      }
    }
  });

  it('labels, boxes and masks what was asked for and nothing else, however slight', () => {
    for (let seed = 0; seed < 6; seed++) {
      for (const finding of phantomFindings) {
        const size = seed % 2 === 0 ? 32 : 64;
        const phantom = renderPhantom({ rng: createRng(seed), size, findings: { [finding]: seed < 3 ? 0.02 : 1 } });
        for (const other of phantomFindings) {
          const present = other === finding ? 1 : 0;
          expect(phantom.findings[other]).toBe(present);
          expect(phantom.masks[other].length).toBe(size * size);
          expect(Math.max(...phantom.masks[other])).toBe(present);
          expect(phantom.boxes.some((box) => box.finding === other)).toBe(present === 1);
        }
      }
    }
  });

  it('puts boxes exactly around masks, inside the image', () => {
    const all = { nodule: 0.5, consolidation: 0.5, effusion: 0.5, cardiomegaly: 0.5, pneumothorax: 0.5 };
    for (let seed = 10; seed < 18; seed++) {
      const { boxes, masks } = renderPhantom({ rng: createRng(seed), size: 128, findings: all });
      for (const finding of phantomFindings) {
        const own = boxes.filter((box) => box.finding === finding).map(({ box }) => box);
        const points = pixels(masks[finding], 128);
        expect(points.every(([x, y]) => own.some((box) => inside(box, x, y)))).toBe(true);
        for (const box of own) {
          const [left, top, width, height] = box;
          const within = points.filter(([x, y]) => inside(box, x, y));
          expect([Math.min(...within.map(([x]) => x)), Math.min(...within.map(([, y]) => y))]).toEqual([left, top]);
          expect([Math.max(...within.map(([x]) => x)), Math.max(...within.map(([, y]) => y))]).toEqual([left + width - 1, top + height - 1]);
          expect(Math.min(left, top, 128 - left - width, 128 - top - height)).toBeGreaterThanOrEqual(0);
        }
      }
    }
  });

  it('changes the image where the mask is and hardly elsewhere: air darkens, all else brightens', () => {
    const direction: Record<PhantomFinding, number> = { nodule: 1, consolidation: 1, effusion: 1, cardiomegaly: 1, pneumothorax: -1 };
    for (const finding of phantomFindings) {
      for (let seed = 0; seed < 3; seed++) {
        const render = (severity: number): PhantomImage => renderPhantom({ rng: createRng(seed), size: 64, findings: { [finding]: severity } });
        const [plain, ill] = [render(0), render(0.8)];
        const change = [...ill.image.data].map((value, index) => value - (plain.image.data[index] as number));
        const mask = ill.masks[finding];
        const within = mean(change.filter((_, index) => mask[index] === 1));
        const outside = mean(change.filter((_, index) => mask[index] === 0).map(Math.abs));
        expect(within * direction[finding]).toBeGreaterThan(4);
        expect(Math.abs(within)).toBeGreaterThan(3 * outside);
      }
    }
  });

  it('makes a finding larger as it gets more severe', () => {
    for (const finding of phantomFindings) {
      const area = (severity: number): number => renderPhantom({ rng: createRng(2), size: 64, findings: { [finding]: severity } }).masks[finding].reduce((a, b) => a + b, 0);
      expect(area(0.9)).toBeGreaterThan(1.15 * area(0.2));
    }
  });

  it('renders a patient from an anatomy that went through JSON', () => {
    const anatomy = drawAnatomy(createRng(6));
    const copy = JSON.parse(JSON.stringify(anatomy)) as typeof anatomy;
    const [a, b] = [anatomy, copy].map((patient) => renderPhantom({ rng: createRng(1), size: 32, anatomy: patient, prevalence: 0.5 }));
    expect(a).toEqual(b);
    expect(renderPhantom({ rng: createRng(2), size: 32, anatomy }).image.data).not.toEqual(a?.image.data);
  });

  it('refuses what it cannot render', () => {
    const rng = createRng(1);
    expect(() => renderPhantom({ rng, size: 31 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot render a phantom as its size must be a whole number of pixels from 32 to 1024: current value is 31]`);
    expect(() => renderPhantom({ rng, size: 2048 })).toThrow(RangeError);
    expect(() => renderPhantom({ rng, size: 64.5 })).toThrow(RangeError);
    expect(() => renderPhantom({ rng, findings: { nodule: 1.5 } })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot render a phantom as the severity of nodule must lie from 0 to 1: current value is 1.5]`);
    expect(() => renderPhantom({ rng, findings: { effusion: NaN } })).toThrow(RangeError);
    expect(() => renderPhantom({ rng, prevalence: -0.1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot render a phantom as the prevalence must lie from 0 to 1: current value is -0.1]`);
    expect(() => renderPhantom({ rng, findings: { mass: 1 } as never })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot render a phantom as a finding must be one of nodule, consolidation, effusion, cardiomegaly, pneumothorax: current value is mass]`);
  });
});
