/**
 * The grey value of a colour: exactly the common value where red, green and blue are equal,
 * else ITU-R BT.601's luma, as JPEG's own Y and Pillow's `convert('L')`, unrounded.
 */
export function luma(red: number, green: number, blue: number): number {
  return red === green && green === blue ? red : 0.299 * red + 0.587 * green + 0.114 * blue;
}
