import { InputError, type FindingState, type ImageRecord } from '@cxr-ifa/tensor';

/** What uncertain and blank labels are taken for. There is no default: results depend on it, so it is chosen and recorded. */
export interface LabelPolicy {
  /** Uncertain labels are positive (`u-ones`), negative (`u-zeros`) or unknown (`u-ignore`). */
  readonly uncertain: 'u-ones' | 'u-zeros' | 'u-ignore';
  /** Findings that a record does not mention are negative, as CheXpert's authors train, or unknown. */
  readonly blank: 'negative' | 'unknown';
}

/** How often each state of a finding was read, before the policy. */
export interface FindingCounts {
  readonly positive: number;
  readonly negative: number;
  readonly uncertain: number;
  readonly unmentioned: number;
}

/** Labels as numbers, row by row: N records, F findings. */
export interface LabelMatrix {
  /** 1 or 0, [N, F]; 0 where the label is not known. */
  readonly labels: Float32Array;
  /** 1 where the label is known, [N, F]. */
  readonly known: Uint8Array;
  readonly findings: readonly string[];
  readonly counts: Readonly<Record<string, FindingCounts>>;
}

/**
 * Turns what the publisher says into labels, by an explicit policy.
 *
 * @param records N records.
 * @param policy What uncertain and unmentioned findings become.
 * @param findings F findings, in the order of the columns.
 * @throws {InputError} If no record knows one of the findings.
 * @throws {RangeError} If the policy is none of those.
 * @see Irvin et al. 2019, CheXpert: U-Ones, U-Zeros, U-Ignore
 */
export function applyLabelPolicy(records: readonly ImageRecord[], policy: LabelPolicy, findings: readonly string[]): LabelMatrix {
  if (!Object.hasOwn(UNCERTAIN, policy.uncertain) || !Object.hasOwn(BLANK, policy.blank)) {
    throw new RangeError(`Cannot apply the label policy as it must be u-ones, u-zeros or u-ignore, and negative or unknown: current value is ${policy.uncertain}, ${policy.blank}`);
  }
  const labels = new Float32Array(records.length * findings.length);
  const known = new Uint8Array(records.length * findings.length);
  const counts: Record<string, FindingCounts> = {};
  for (const [column, finding] of findings.entries()) {
    if (!records.some((record) => Object.hasOwn(record.findings, finding))) {
      const names = [...new Set(records.flatMap((record) => Object.keys(record.findings)))];
      throw new InputError(`Cannot label ${finding} as no record speaks of it: the records' findings are ${names.join(', ') || 'none'}`);
    }
    const count = { positive: 0, negative: 0, uncertain: 0, unmentioned: 0 };
    for (const [row, record] of records.entries()) {
      const state = Object.hasOwn(record.findings, finding) ? (record.findings[finding] as FindingState) : 'unmentioned';
      count[state === 1 ? 'positive' : state === 0 ? 'negative' : state]++;
      const label = state === 'uncertain' ? UNCERTAIN[policy.uncertain] : state === 'unmentioned' ? BLANK[policy.blank] : state;
      labels[row * findings.length + column] = label ?? 0;
      known[row * findings.length + column] = label === undefined ? 0 : 1;
    }
    counts[finding] = count;
  }
  return { labels, known, findings, counts };
}

const UNCERTAIN = { 'u-ones': 1, 'u-zeros': 0, 'u-ignore': undefined } as const;
const BLANK = { negative: 0, unknown: undefined } as const;
