import { phantomFindings, type PhantomFinding } from './phantomFindings.ts';
import type { PhantomPrevalence } from './drawSeverities.ts';

const SMALLEST = 32;
const LARGEST = 1024;

/** @throws {RangeError} If an image of this size cannot be rendered. */
export function checkSize(size: number): void {
  if (Number.isInteger(size) && size >= SMALLEST && size <= LARGEST) return;
  throw new RangeError(`Cannot render a phantom as its size must be a whole number of pixels from ${SMALLEST} to ${LARGEST}: current value is ${size}`);
}

/** @throws {RangeError} If a share lies outside 0 to 1. @throws {TypeError} If a finding is unknown. */
export function checkShares(what: 'severity' | 'prevalence', shares: Readonly<Partial<Record<PhantomFinding, number>>>): void {
  for (const [finding, share] of Object.entries(shares)) {
    if (!(phantomFindings as readonly string[]).includes(finding)) {
      throw new TypeError(`Cannot render a phantom as a finding must be one of ${phantomFindings.join(', ')}: current value is ${finding}`);
    }
    checkShare(`${what} of ${finding}`, share);
  }
}

/** @throws {RangeError} If a share lies outside 0 to 1. */
export function checkShare(what: string, share: number): void {
  if (typeof share === 'number' && share >= 0 && share <= 1) return;
  throw new RangeError(`Cannot render a phantom as the ${what} must lie from 0 to 1: current value is ${share}`);
}

/** @throws {RangeError} If a prevalence lies outside 0 to 1. @throws {TypeError} If a finding is unknown. */
export function checkPrevalence(prevalence: PhantomPrevalence): void {
  if (typeof prevalence === 'object') checkShares('prevalence', prevalence);
  else checkShare('prevalence', prevalence);
}
