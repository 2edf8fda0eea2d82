import { afterEach, describe, expect, it } from 'vitest';
import { opening } from './images.ts';
import { thumbnailsFirst } from './thumbnailsFirst.ts';

/** Whether it is over by now. */
const isOver = (promise: Promise<void>): Promise<boolean> => Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false)))]);

describe('thumbnailsFirst', () => {
  afterEach(() => void (opening.value = undefined));

  it('waits for nothing while no file is being opened', async () => {
    expect(await isOver(thumbnailsFirst())).toBe(true);
  });

  it('waits for all of a few files', async () => {
    opening.value = { done: 0, total: 3 };
    const first = thumbnailsFirst();
    opening.value = { done: 2, total: 3 };
    expect(await isOver(first)).toBe(false);
    opening.value = undefined;
    expect(await isOver(first)).toBe(true);
  });

  it('waits for the first of many', async () => {
    opening.value = { done: 127, total: 5000 };
    const first = thumbnailsFirst();
    expect(await isOver(first)).toBe(false);
    opening.value = { done: 128, total: 5000 };
    expect(await isOver(first)).toBe(true);
  });
});
