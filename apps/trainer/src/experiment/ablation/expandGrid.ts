import { UsageError } from '../../usageError.ts';
import type { Grid } from './grid.ts';

/** One encoder to be made and judged. */
export interface Cell {
  readonly name: string;
  readonly seed: number;
  /** Whether its encoder is left as it was drawn. */
  readonly random: boolean;
  /** Options of `pretrain` beside those that all cells share. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The cell whose encoder it begins with. */
  readonly init: string | undefined;
}

/** The cell's folder and its row's file. */
export const cellId = ({ name, seed }: Pick<Cell, 'name' | 'seed'>): string => `${name}-${seed}`;

/**
 * All cells of a grid, seed by seed: the named ones, then every combination of the axes. The first seed's table is whole before the second begins.
 *
 * @throws {UsageError} If two cells have one name, or a cell begins with one that does not stand above it.
 */
export function expandGrid({ cells, axes, seeds, comparisons }: Grid): Cell[] {
  const named = [...cells.map(({ name, random, ...options }) => ({ name, random, options: options as Record<string, unknown> })), ...combinations(axes).map((options) => ({ name: nameOf(options), random: false, options }))];
  if (named.length === 0) throw new UsageError('Cannot run an ablation without cells: give cells, axes, or both');
  const above = new Map<string, boolean>();
  const templates = named.map(({ name, random, options }) => {
    if (above.has(name)) throw new UsageError(`Cannot run the ablation as each cell needs a name of its own: ${name} stands twice`);
    if ('seed' in options) throw new UsageError(`Cannot run the ablation as seeds are the grid's and not a cell's: take seed out of ${name}`);
    const init = typeof options['init'] === 'string' && named.some((other) => other.name === options['init']) ? options['init'] : undefined;
    if (init !== undefined && above.get(init) !== false) throw new UsageError(`Cannot begin ${name} with ${init}, which must be a trained cell that stands above it`);
    above.set(name, random);
    return { name, random, options, init };
  });
  for (const other of comparisons.flat()) {
    if (!above.has(other)) throw new UsageError(`Cannot compare with ${other} as no cell has that name: the names are ${[...above.keys()].join(', ')}`);
  }
  return seeds.flatMap((seed) => templates.map((template) => ({ ...template, seed })));
}

function combinations(axes: Grid['axes']): Record<string, unknown>[] {
  const entries = Object.entries(axes);
  if (entries.length === 0) return [];
  return entries.reduce<Record<string, unknown>[]>((done, [option, values]) => done.flatMap((before) => values.map((value) => ({ ...before, [option]: value }))), [{}]);
}

/** Such as `ifa-released.query-clean`. */
function nameOf(options: Readonly<Record<string, unknown>>): string {
  const word = (value: unknown): string => (Array.isArray(value) ? value.map(word).join('+') || 'none' : String(value)).replaceAll(/[^\w.+-]/g, '_');
  return Object.entries(options).map(([option, value]) => `${option}-${word(value)}`).join('.');
}
