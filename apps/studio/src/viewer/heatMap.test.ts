import { describe, expect, it } from 'vitest';
import { overlayPlace } from './heatMap.ts';

describe('overlayPlace', () => {
  it('lies where the encoder saw the image', () => {
    const image = { width: 200, height: 100 };
    expect(overlayPlace('stretch', image)).toEqual({ x: 0, y: 0, width: 200, height: 100 });
    expect(overlayPlace('pad', image)).toEqual({ x: 0, y: -50, width: 200, height: 200 });
    expect(overlayPlace('crop', image)).toEqual({ x: 50, y: 0, width: 100, height: 100 });
  });
});
