import { describe, expect, it } from 'vitest';
import { matchLabels } from './matchLabels.ts';

const table = (...rows: [path: string, mass: 0 | 1][]): Parameters<typeof matchLabels>[0] => ({ findings: ['Mass'], leftOut: [], rows: rows.map(([path, Mass]) => ({ path, labels: { Mass } })) });

describe('matchLabels', () => {
  const images = [{ id: 'a', path: 'one/1.png' }, { id: 'b', path: 'two/1.png' }, { id: 'c', path: 'two/2.png' }];

  it('finds images by as much of the path as both sides tell', () => {
    const { labels, unmatched } = matchLabels(table(['two/1.png', 1], ['/data/study/two/2.png', 1], ['one/1.png', 0]), images);
    expect([...labels]).toEqual([['b', { Mass: 1 }], ['c', { Mass: 1 }], ['a', { Mass: 0 }]]);
    expect(unmatched).toBe(0);
    expect([...matchLabels(table(['2.png', 1]), images).labels.keys()]).toEqual(['c']);
  });

  it('guesses nothing: neither by a name that is in several folders, nor from the same name of another patient', () => {
    const nothing = { labels: new Map(), contradicting: 0 };
    expect(matchLabels(table(['1.png', 1], ['3.png', 1], ['three/2.png', 1]), images)).toEqual({ ...nothing, unmatched: 3 });
    expect(matchLabels(table(['train/patient2/frontal.jpg', 1]), [{ id: 'a', path: 'patient1/frontal.jpg' }])).toEqual({ ...nothing, unmatched: 1 });
    expect(matchLabels(table(['patient1/frontal.jpg', 0], ['patient2/frontal.jpg', 1]), [{ id: 'a', path: 'frontal.jpg' }])).toEqual({ ...nothing, unmatched: 2 });
    expect(matchLabels(table(['1.png', 1], ['1.png', 0]), [{ id: 'a', path: '1.png' }, { id: 'b', path: '1.png' }])).toEqual({ ...nothing, unmatched: 2 });
  });

  it('does not choose between rows that contradict one another', () => {
    expect(matchLabels(table(['one/1.png', 1], ['one/1.png', 0], ['two/2.png', 1], ['two/2.png', 1]), images)).toEqual({ labels: new Map([['a', {}], ['c', { Mass: 1 }]]), unmatched: 0, contradicting: 1 });
  });

  it('reads accents however they are written', () => {
    expect(matchLabels(table(['M\u00fcller.png', 1]), [{ id: 'a', path: 'Mu\u0308ller.png' }]).labels.get('a')).toEqual({ Mass: 1 });
  });
});
