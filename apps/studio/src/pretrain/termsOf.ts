import { ifaPresets, type IfaTerm } from '@cxr-ifa/losses';
import type { PretrainSettings } from './settings.ts';

/** The terms of the IFA loss that were chosen. */
export function termsOf({ ifa }: Pick<PretrainSettings, 'ifa'>): readonly IfaTerm[] {
  return ifaPresets[ifa];
}
