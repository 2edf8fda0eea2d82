import { decode } from 'fast-png';

/** What a picture of the page shows, in levels from 0 to 255. A worker paints the viewer's canvas, so that a picture is the only way to see it. */
export function levelsOf(png: Uint8Array): { readonly mean: number; readonly lowest: number; readonly highest: number } {
  const { data, channels } = decode(png);
  let [sum, lowest, highest] = [0, 255, 0];
  for (let index = 0; index < data.length; index += channels) {
    const level = data[index] as number;
    [sum, lowest, highest] = [sum + level, Math.min(lowest, level), Math.max(highest, level)];
  }
  return { mean: (sum * channels) / data.length, lowest, highest };
}
