/** What is known of one finding, image by image. */
export interface FindingLabels {
  readonly name: string;
  /** 1 for present, 0 for absent; where unknown, any value. */
  readonly labels: ArrayLike<number>;
  /** 1 where the label is known, 0 where it is not. @default all 1 */
  readonly known?: ArrayLike<number>;
}

/** One finding's known images and their labels. */
export interface KnownLabels {
  /** The images whose label is known, ascending. */
  readonly images: Int32Array;
  /** Their labels, in the same order. */
  readonly labels: Uint8Array;
  readonly positives: number;
  readonly negatives: number;
}

/** Checks one finding's labels against the number of images and takes the known ones. */
export function knownLabels(action: string, { name, labels, known }: FindingLabels, count: number): KnownLabels {
  if (labels.length !== count) throw new TypeError(`Cannot ${action} as labels of ${name} must have one value for each of ${count} images: current length is ${labels.length}`);
  if (known && known.length !== count) throw new TypeError(`Cannot ${action} as known of ${name} must have one value for each of ${count} images: current length is ${known.length}`);
  const images: number[] = [];
  for (let image = 0; image < count; image++) {
    const isKnown = known ? known[image] : 1;
    if (isKnown !== 0 && isKnown !== 1) throw new RangeError(`Cannot ${action} as known of ${name} must be 0 or 1: current value of image ${image} is ${isKnown}`);
    if (!isKnown) continue;
    if (labels[image] !== 0 && labels[image] !== 1) throw new RangeError(`Cannot ${action} as known labels of ${name} must be 0 or 1: current value of image ${image} is ${labels[image]}`);
    images.push(image);
  }
  return countClasses(Int32Array.from(images), Uint8Array.from(images, (image) => labels[image] as number));
}

/** The known images at the rows (positions in `known.images`) for which `keep` is true. */
export function selectKnown(known: KnownLabels, keep: (row: number) => boolean): KnownLabels {
  return countClasses(
    known.images.filter((_, row) => keep(row)),
    known.labels.filter((_, row) => keep(row)),
  );
}

function countClasses(images: Int32Array, labels: Uint8Array): KnownLabels {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return { images, labels, positives, negatives: labels.length - positives };
}

/** Checks that no two findings share a name. */
export function assertDistinctFindings(action: string, findings: readonly FindingLabels[]): void {
  if (findings.length === 0) throw new RangeError(`Cannot ${action} as at least one finding is needed: current count is 0`);
  const names = new Set<string>();
  for (const { name } of findings) {
    if (names.has(name)) throw new RangeError(`Cannot ${action} as findings must have different names: ${name} appears twice`);
    names.add(name);
  }
}
