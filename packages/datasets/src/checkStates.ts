import { InputError } from '@cxr-ifa/tensor';

/** The largest vocabulary in use, PadChest's, has about 200 names. */
const MAXIMUM_NAMES = 1000;
/** 20,000 combinations of those. */
const MAXIMUM_STATES = 2 ** 22;

/**
 * Refuses more states than findings have, before they are made: each name has one in each combination, so that thousands of names, each in few cells, would fill the memory from a small file.
 *
 * @param names How many findings there are.
 * @param combinations How many records, or distinct cells, have a state of each.
 * @param advice What to do, for the message.
 */
export function checkStates(names: number, combinations: number, advice: string): void {
  if (names > MAXIMUM_NAMES || names * combinations > MAXIMUM_STATES) throw new InputError(`Cannot read the labels as findings have few names: there are ${names} of them in ${combinations} combinations; ${advice}`);
}
