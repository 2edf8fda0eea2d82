import { interpolateViridis } from 'd3-scale-chromatic';
import { folderOf } from '../images/folderOf.ts';
import type { StudioImage } from '../images/studioImage.ts';

export const COLOUR_BY = ['label', 'prediction', 'folder', 'patient', 'contrast', 'padding', 'markers'] as const;
export type ColourBy = (typeof COLOUR_BY)[number];

/** What images are coloured by, as far as it is not in themselves. */
export interface ColourSource {
  readonly finding: string | undefined;
  readonly labelOf: (id: string) => 0 | 1 | undefined;
  /** Nothing where there is no prediction, or none to be trusted. */
  readonly probabilityOf: (id: string) => number | undefined;
  readonly patientOf: (image: StudioImage) => string | undefined;
}

/** A colour an image, and what the colours mean. */
export interface Colouring {
  readonly colours: readonly string[];
  readonly legend: readonly { readonly colour: string; readonly text: string }[];
}

/** Okabe and Ito's, brightened for a dark ground: told apart by the colour-blind too. */
const GROUPS = ['#5cc8b4', '#e69f00', '#56b4e9', '#f0e442', '#ff8f6b', '#cc79a7', '#a6d854', '#b3a2ff'];
export const MUTED = '#5d6b78';
const STEPS = 4;

/** Colours images by what is known or was measured of them. */
export function colouring(by: ColourBy, images: readonly StudioImage[], source: ColourSource): Colouring {
  switch (by) {
    case 'label':
      return groups(images.map(({ id }) => [undefined, `no ${source.finding ?? 'finding'}`, source.finding ?? 'finding'][(source.labelOf(id) ?? -1) + 1]), 'not labelled');
    case 'folder':
      return groups(images.map(({ path }) => folderOf(path) ?? 'single files'), 'others');
    case 'patient':
      return groups(images.map(source.patientOf), 'unknown, or with fewer images');
    case 'prediction':
      return scale(images.map(({ id }) => source.probabilityOf(id)), `probability of ${source.finding ?? 'a finding'}`, 'no prediction, or unlike the labelled images');
    default:
      return scale(images.map(({ quality }) => quality[by]), by, 'not measured');
  }
}

/** The most frequent groups have colours of their own. */
function groups(names: readonly (string | undefined)[], rest: string): Colouring {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  const shown = [...counts].sort((a, b) => b[1] - a[1]).slice(0, GROUPS.length).map(([name]) => name);
  const colourOf = (name: string | undefined): string => GROUPS[name === undefined ? -1 : shown.indexOf(name)] ?? MUTED;
  const others = names.filter((name) => colourOf(name) === MUTED).length;
  return {
    colours: names.map(colourOf),
    legend: [...shown.map((name) => ({ colour: colourOf(name), text: `${name} (${counts.get(name)})` })), ...(others > 0 ? [{ colour: MUTED, text: `${rest} (${others})` }] : [])],
  };
}

/** From the lowest value, dark, to the highest, bright. */
function scale(values: readonly (number | undefined)[], what: string, rest: string): Colouring {
  const known = values.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const colourOf = (value: number): string => interpolateViridis(0.15 + 0.85 * (high > low ? (value - low) / (high - low) : 0.5));
  const steps = high > low ? Array.from({ length: STEPS }, (_, step) => low + (step / (STEPS - 1)) * (high - low)) : [low];
  const colours = values.map((value) => (value === undefined ? MUTED : colourOf(value)));
  if (known.length === 0) return { colours, legend: [{ colour: MUTED, text: `${what}: not known yet` }] };
  const legend = steps.map((value, step) => ({ colour: colourOf(value), text: step === 0 ? `${what} ${value.toPrecision(2)}` : value.toPrecision(2) }));
  return { colours, legend: known.length < values.length ? [...legend, { colour: MUTED, text: `${rest} (${values.length - known.length})` }] : legend };
}
