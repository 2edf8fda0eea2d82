import { describe, expect, it } from 'vitest';
import type { ImageCache } from '../input/imageCache.ts';
import { imageGroups } from './imageGroups.ts';

const groupsOf = (findings: readonly (readonly string[])[]) => imageGroups({ cache: undefined as unknown as ImageCache, images: findings.map((own, index) => ({ name: `${index}`, index, findings: own })) });

describe('imageGroups of labelled images', () => {
  it('names single frequent findings, the most frequent first, and puts the others together', () => {
    const found = groupsOf([['effusion'], ['nodule'], [], ['effusion'], ['effusion', 'nodule']]);
    expect(found.names).toEqual(['effusion', 'nodule', 'several findings, or a rarer one', 'no known finding']);
    expect(found.of).toEqual([0, 1, 3, 0, 2]);
  });

  it('has no more colours than are told apart, and none that no image is in', () => {
    const found = groupsOf('abcdefgh'.split('').map((finding) => [finding]));
    expect(found.names).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'several findings, or a rarer one', 'no known finding']);
    expect(found.of).toEqual([0, 1, 2, 3, 4, 5, 6, 6]);
    expect(groupsOf([['a'], ['b']]).names).toEqual(['a', 'b', 'no known finding']);
  });
});
