import { describe, expect, it } from 'vitest';
import type { StudioImage } from '../images/studioImage.ts';
import { colouring, MUTED, type ColourSource } from './colouring.ts';

const image = (id: string, part: Partial<StudioImage> = {}): StudioImage => ({ id, path: `${id}.png`, order: Number(id), width: 1, height: 1, format: 'PNG', bits: 8, quality: { padding: 0, atLowest: 0, atHighest: 0, contrast: Number(id) / 4, markers: 0 }, file: new Blob(), thumbnail: '', ...part });
const images = ['0', '1', '2', '3'].map((id) => image(id, { path: `${id === '3' ? 'b' : 'a'}/${id}.png` }));
const source: ColourSource = { finding: 'Effusion', labelOf: (id) => ({ 0: 1, 1: 0 } as const)[id as '0' | '1'], probabilityOf: () => undefined, patientOf: ({ path }) => path.split('/')[0] };

describe('colouring', () => {
  it('has one colour a group, and grey for what is not known', () => {
    const { colours, legend } = colouring('label', images, source);
    expect(new Set(colours.slice(0, 3)).size).toBe(3);
    expect(colours.slice(2)).toEqual([MUTED, MUTED]);
    expect(legend.map(({ text }) => text)).toEqual(['Effusion (1)', 'no Effusion (1)', 'not labelled (2)']);
  });

  it('groups by folder, the largest first', () => {
    expect(colouring('folder', images, source).legend.map(({ text }) => text)).toEqual(['a (3)', 'b (1)']);
  });

  it('goes from the lowest to the highest value', () => {
    const { colours, legend } = colouring('contrast', images, source);
    expect(new Set(colours).size).toBe(4);
    expect(legend[0]?.colour).toBe(colours[0]);
    expect(legend.at(-1)?.colour).toBe(colours[3]);
  });

  it('keeps what is not to be trusted apart', () => {
    const { colours, legend } = colouring('prediction', images, { ...source, probabilityOf: (id) => (id === '3' ? undefined : Number(id) / 2) });
    expect(colours.indexOf(MUTED)).toBe(3);
    expect(legend.at(-1)).toEqual({ colour: MUTED, text: 'no prediction, or unlike the labelled images (1)' });
  });

  it('groups by whoever the patient is taken to be', () => {
    expect(colouring('patient', images, source).legend.map(({ text }) => text)).toEqual(['a (3)', 'b (1)']);
  });

  it('says so where nothing is known yet', () => {
    const { colours, legend } = colouring('prediction', images, source);
    expect(new Set(colours)).toEqual(new Set([MUTED]));
    expect(legend).toEqual([{ colour: MUTED, text: 'probability of Effusion: not known yet' }]);
  });
});
