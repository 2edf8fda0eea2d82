/**
 * Half heights and half widths in pixels of the anchors at one position of a level: equal areas for all aspects of a size. As in torchvision, sizes are cut and halves rounded to whole pixels.
 *
 * @param smallest The side of the level's smallest anchor, in pixels.
 * @param aspects Heights over widths.
 * @param octaves Sizes in powers of two of the smallest.
 */
export function cellAnchors(smallest: number, aspects: readonly number[], octaves: readonly number[]): [halfHeight: number, halfWidth: number][] {
  const sizes = octaves.map((octave) => (octave === 0 ? smallest : Math.trunc(smallest * 2 ** octave)));
  return aspects.flatMap((aspect) => sizes.map((size): [number, number] => [roundHalfToEven((Math.sqrt(aspect) * size) / 2), roundHalfToEven(size / Math.sqrt(aspect) / 2)]));
}

/** PyTorch's rounding. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
