import type { StoredLabels } from '../store/database.ts';

/** Each finding has a key of its own, 1 to 9. */
export const MOST_FINDINGS = 9;

/** Labels after others were added, and how that went. */
export interface MergedLabels extends Pick<StoredLabels, 'findings' | 'labels'> {
  /** Labels that were not there before. */
  readonly taken: number;
  /** Labels that were there and say otherwise: they stay. */
  readonly contradicted: number;
}

/**
 * Adds labels to those that were given by hand, of which none is overwritten; findings of which there is none are not added.
 *
 * @throws {Error} If the findings are more than there are keys.
 */
export function mergeLabels({ findings, labels }: Pick<StoredLabels, 'findings' | 'labels'>, found: ReadonlyMap<string, Readonly<Record<string, 0 | 1>>>): MergedLabels {
  const added = [...new Set([...found.values()].flatMap((own) => Object.keys(own)))];
  const all = [...new Set([...findings, ...added])];
  if (all.length > MOST_FINDINGS) throw new Error(`Cannot take these labels as at most ${MOST_FINDINGS} findings have a key: with ${added.join(', ')} they are ${all.length}`);
  let [taken, contradicted] = [0, 0];
  const merged = [...found].map(([id, own]) => {
    const before = labels[id] ?? {};
    for (const [finding, label] of Object.entries(own)) {
      if (!Object.hasOwn(before, finding)) taken++;
      else if (before[finding] !== label) contradicted++;
    }
    return [id, { ...own, ...before }] as const;
  });
  return { findings: all, labels: { ...labels, ...Object.fromEntries(merged) }, taken, contradicted };
}
