/** Means over blocks of factor x factor pixels: the detector's pixels gather all the light that falls on them. */
export function shrinkImage(image: Float32Array, size: number, factor: number): Float32Array {
  if (factor === 1) return image;
  const shrunk = new Float32Array(size * size);
  const wide = size * factor;
  const share = 1 / (factor * factor);
  for (let row = 0; row < wide; row++) {
    const top = Math.floor(row / factor) * size;
    for (let column = 0; column < wide; column++) {
      const cell = top + Math.floor(column / factor);
      shrunk[cell] = (shrunk[cell] as number) + share * (image[row * wide + column] as number);
    }
  }
  return shrunk;
}
