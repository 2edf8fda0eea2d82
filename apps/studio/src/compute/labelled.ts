import type { FindingLabels } from '@cxr-ifa/heads/classification';

/** What a person said of one image. */
export interface LabelledImage {
  readonly id: string;
  /** Images of one patient are never on both sides of a split. */
  readonly patient?: string | undefined;
  /** By finding, in the order of the findings; null where nothing was said. */
  readonly labels: readonly (0 | 1 | null)[];
}

/** Labels of some images. */
export interface Labelled {
  readonly findings: readonly string[];
  readonly images: readonly LabelledImage[];
}

/** Labels as the heads take them: values and which are known. */
export function findingLabels({ findings, images }: Labelled): FindingLabels[] {
  return findings.map((name, finding) => ({
    name,
    labels: images.map(({ labels }) => labels[finding] ?? 0),
    known: images.map(({ labels }) => (labels[finding] === null ? 0 : 1)),
  }));
}
