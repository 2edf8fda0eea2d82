import { InputError, type FindingState } from '@cxr-ifa/tensor';

const STATES: ReadonlyMap<string, FindingState> = new Map<string, FindingState>([
  ['1', 1],
  ['1.0', 1],
  ['0', 0],
  ['0.0', 0],
  ['-1', 'uncertain'],
  ['-1.0', 'uncertain'],
  ['', 'unmentioned'],
]);

/**
 * The state in a cell as the CheXpert labeller writes it: 1 present, 0 absent, -1 uncertain, blank unmentioned.
 *
 * @throws {InputError} If the cell holds anything else.
 */
export function findingState(cell: string, finding: string, row: number): FindingState {
  const state = STATES.get(cell);
  if (state === undefined) throw new InputError(`Cannot read finding ${finding} of row ${row} as it must be 1, 0, -1 or blank: current value is ${cell}`);
  return state;
}
