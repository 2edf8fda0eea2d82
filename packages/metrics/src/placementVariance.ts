/** The positives and negatives of each patient, known images only. */
export interface ClassClusters {
  readonly images: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly clusterOf: Int32Array;
  /** The number of all patients, numbered from 0. */
  readonly count: number;
}

/**
 * The variance of an AUROC, or of the difference of two, from the placements (or their differences) of its images, summed by patient. With
 * P and Q a patient's sums over positives and negatives of placement less area, M and N the numbers of positives and negatives,
 * I10 and I01 of patients with a positive and with a negative, I of patients:
 * I10 / (I10 - 1) sum P^2 / M^2 + I01 / (I01 - 1) sum Q^2 / N^2 + 2 I / (I - 1) sum P Q / (M N).
 * With one image a patient P Q is 0 and this is DeLong's variance.
 *
 * @returns The variance, or `undefined` with fewer than two patients in a class; the clustered form can fall below 0 and is then 0.
 * @see Obuchowski 1997, Nonparametric analysis of clustered ROC curve data, equations 2 to 5
 */
export function placementVariance(placements: Float64Array, area: number, { images, labels, clusterOf, count }: ClassClusters): number | undefined {
  const sums = [new Float64Array(count), new Float64Array(count)] as const; // by label, by patient
  const sizes = [new Int32Array(count), new Int32Array(count)] as const;
  for (const image of Array.from(images)) {
    const [label, cluster] = [labels[image] as 0 | 1, clusterOf[image] as number];
    sums[label][cluster] = (sums[label][cluster] as number) + (placements[image] as number) - area;
    sizes[label][cluster] = (sizes[label][cluster] as number) + 1;
  }
  let patients = 0;
  let both = 0;
  const spread = [0, 0];
  const withClass = [0, 0];
  const total = [0, 0];
  for (let cluster = 0; cluster < count; cluster++) {
    const [negative, positive] = [sums[0][cluster] as number, sums[1][cluster] as number];
    patients += (sizes[0][cluster] as number) + (sizes[1][cluster] as number) > 0 ? 1 : 0;
    both += positive * negative;
    for (const label of [0, 1] as const) {
      spread[label] = (spread[label] as number) + (sums[label][cluster] as number) ** 2;
      withClass[label] = (withClass[label] as number) + ((sizes[label][cluster] as number) > 0 ? 1 : 0);
      total[label] = (total[label] as number) + (sizes[label][cluster] as number);
    }
  }
  const [n, m] = total as [number, number];
  const [negativePatients, positivePatients] = withClass as [number, number];
  if (positivePatients < 2 || negativePatients < 2) return undefined;
  const [s01, s10] = [
    (negativePatients / (negativePatients - 1)) * ((spread[0] as number) / n / n),
    (positivePatients / (positivePatients - 1)) * ((spread[1] as number) / m / m),
  ];
  return Math.max(0, s10 + s01 + ((2 * patients) / (patients - 1)) * (both / m / n));
}
