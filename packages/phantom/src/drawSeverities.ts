import type { Rng } from '@cxr-ifa/tensor';
import { phantomFindings, type PhantomFinding, type PhantomSeverities } from './phantomFindings.ts';

/** How frequent each finding is: one share for all of them, or a share each (0 where absent). */
export type PhantomPrevalence = number | Readonly<Partial<Record<PhantomFinding, number>>>;

/** With five findings of this share each, independent of one another, half of the images show none. */
export const DEFAULT_PREVALENCE = 0.13;

/** The share of images that show a finding. */
export function prevalenceOf(prevalence: PhantomPrevalence, finding: PhantomFinding): number {
  return typeof prevalence === 'number' ? prevalence : (prevalence[finding] ?? 0);
}

/**
 * Draws which findings an image shows and how marked each is. Findings are independent of each other.
 *
 * With the severities of the patient's previous image, a finding stays as it was with probability `persistence` (and then gets somewhat
 * better or worse) and is drawn anew otherwise, which leaves the prevalence in every image of the series what it is in the first.
 */
export function drawSeverities(rng: Rng, prevalence: PhantomPrevalence, previous?: PhantomSeverities, persistence = 0.75): PhantomSeverities {
  const severities = phantomFindings.map((finding) => {
    const own = rng.fork(finding);
    const fresh = own.uniform() < prevalenceOf(prevalence, finding) ? own.uniform(0.05, 1) : 0;
    const change = own.uniform(-0.3, 0.3);
    if (!previous || own.uniform() >= persistence) return [finding, fresh] as const;
    return [finding, previous[finding] > 0 ? Math.max(0.05, Math.min(1, previous[finding] + change)) : 0] as const;
  });
  return Object.fromEntries(severities) as Record<PhantomFinding, number>;
}
