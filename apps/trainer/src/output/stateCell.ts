import type { Cell } from '@cxr-ifa/datasets';
import type { FindingState } from '@cxr-ifa/tensor';

/** A finding's state as a cell, as CheXpert writes it: what a plain CSV file's finding columns are read from. */
export const STATE_CELLS: Readonly<Record<string, Cell>> = { '1': 1, '0': 0, uncertain: -1, unmentioned: undefined } satisfies Record<`${FindingState}`, Cell>;
