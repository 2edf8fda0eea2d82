import { describe, expect, it } from 'vitest';
import { matchLabels } from './matchLabels.ts';

describe('matchLabels', () => {
  const images = [{ id: 'a', path: 'one/1.png' }, { id: 'b', path: 'two/1.png' }, { id: 'c', path: 'two/2.png' }];
  const rows = (...paths: string[]): { path: string; labels: { Mass: 1 } }[] => paths.map((path) => ({ path, labels: { Mass: 1 } }));

  it('finds images by path, and by name where that is enough', () => {
    const { labels, unmatched } = matchLabels({ findings: ['Mass'], rows: rows('two/1.png', '/elsewhere/2.png') }, images);
    expect([...labels.keys()]).toEqual(['b', 'c']);
    expect(unmatched).toBe(0);
  });

  it('guesses nothing', () => {
    expect(matchLabels({ findings: ['Mass'], rows: rows('1.png', '3.png') }, images)).toEqual({ labels: new Map(), unmatched: 2 });
  });
});
