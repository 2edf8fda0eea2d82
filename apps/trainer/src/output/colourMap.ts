import { interpolateInferno } from 'd3-scale-chromatic';

/** 256 colours of inferno, red, green and blue from 0 to 255: equal steps of a value look equally large, in greyscale and to the colour-blind too. */
const COLOURS = Array.from({ length: 256 }, (_, level): readonly [number, number, number] => {
  const colour = Number.parseInt(interpolateInferno(level / 255).slice(1), 16);
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
});

/** The colour of a value from 0 to 1; what is beyond is cut. */
export function colourOf(value: number): readonly [red: number, green: number, blue: number] {
  return COLOURS[Math.round(255 * Math.min(1, Math.max(0, value)))] as readonly [number, number, number];
}
