import { writeFile } from 'node:fs/promises';
import { InputError } from '@cxr-ifa/tensor';
import type { CommandContext } from '../commands/command.ts';
import { PLACE_NAMES, type BenchOptions, type PlaceName } from '../options/benchOptions.ts';
import { formatTable } from '../output/formatTable.ts';
import { SETTLED_STEP, type StepsTaken } from '../portable/takeSteps.ts';
import { UsageError } from '../usageError.ts';
import { PLACES } from './places.ts';

/** Losses may differ by this share over the first ten steps: float32 adds in other orders, and a learning rate of 0.001 lets that grow little. */
const LOSS_TOLERANCE = 1e-4;

type Outcome = { readonly place: PlaceName } & ((StepsTaken & { readonly what: string }) | { readonly problem: string });

/**
 * `cxr-ifa bench --parity`: the same training steps everywhere, compared with those of the first place; and whether anything grows from step 10 to the last.
 *
 * @throws {InputError} If losses differ, something grows, or a place that was asked for is not there.
 */
export async function comparePlaces({ parity, on, steps, out }: BenchOptions, { terminal }: CommandContext): Promise<void> {
  if (!parity) throw new UsageError('Cannot run bench without what to measure: give --parity');
  const places = on.length > 0 ? on : PLACE_NAMES;
  const outcomes: Outcome[] = [];
  for (const place of places) {
    terminal.print(`${steps} steps on ${place}`);
    outcomes.push(await PLACES[place](steps).then((taken) => ({ place, ...taken }), (error: Error) => ({ place, problem: error.message })));
  }
  const reference = outcomes.find((outcome): outcome is Outcome & StepsTaken => 'losses' in outcome);
  const rows = outcomes.map((outcome) => ('problem' in outcome ? [outcome.place, 'left out', outcome.problem, '', '', ''] : rowOf(outcome, reference?.losses as readonly number[])));
  for (const line of formatTable([['place', 'largest difference', 'what', 'loss of the last step', `tensors, step ${SETTLED_STEP} and last`, 'device bytes'], ...rows], { align: 'left' })) terminal.print(line);
  if (out !== undefined) await writeFile(out, `${JSON.stringify({ steps, tolerance: LOSS_TOLERANCE, outcomes }, undefined, 2)}\n`);

  const faults = outcomes.flatMap((outcome) => faultsOf(outcome, reference?.losses ?? [], on.length > 0));
  if (faults.length > 0) throw new InputError(`Cannot rely on every place as ${faults.join('; ')}`);
  terminal.print(`The losses of the first ${Math.min(steps, SETTLED_STEP)} steps agree within ${LOSS_TOLERANCE} of their size`);
}

/** The largest relative difference of the first ten losses: later, rounding alone drives two runs apart. */
function differenceOf(losses: readonly number[], reference: readonly number[]): number {
  return Math.max(...losses.slice(0, SETTLED_STEP).map((loss, index) => Math.abs(loss - (reference[index] as number)) / Math.abs(reference[index] as number)));
}

function rowOf({ place, what, losses, holdings }: Extract<Outcome, StepsTaken>, reference: readonly number[]): string[] {
  const pair = (values: readonly (number | undefined)[]): string => values.map((value) => value ?? '-').join(', ');
  return [place, differenceOf(losses, reference).toExponential(1), what, (losses.at(-1) as number).toFixed(6), pair(holdings.map(({ tensors }) => tensors)), pair(holdings.map(({ deviceBytes }) => deviceBytes))];
}

function faultsOf(outcome: Outcome, reference: readonly number[], required: boolean): string[] {
  const { place } = outcome;
  if ('problem' in outcome) return required ? [`${place} could not run (${outcome.problem})`] : [];
  const difference = differenceOf(outcome.losses, reference);
  const [settled, last] = [outcome.holdings[0], outcome.holdings.at(-1)];
  return [
    ...(difference <= LOSS_TOLERANCE ? [] : [`the losses of ${place} differ by ${difference.toExponential(1)}`]), // NaN is not
    ...(settled?.tensors === last?.tensors ? [] : [`the tensors of ${place} grew from ${settled?.tensors} to ${last?.tensors}`]),
    ...(settled?.deviceBytes === last?.deviceBytes ? [] : [`the memory of ${place} grew from ${settled?.deviceBytes} to ${last?.deviceBytes} bytes`]),
  ];
}
