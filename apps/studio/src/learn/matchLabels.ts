import type { LabelTable } from './readLabelTable.ts';

/** Labels of images by their ids, and how many rows name none of them. */
export interface MatchedLabels {
  readonly labels: ReadonlyMap<string, Readonly<Record<string, 0 | 1>>>;
  readonly unmatched: number;
}

const nameOf = (path: string): string => path.split('/').at(-1) as string;

/** Finds the images that rows speak of: by their path, or else by their file's name where only one image has it. */
export function matchLabels({ rows }: LabelTable, images: readonly { readonly id: string; readonly path: string }[]): MatchedLabels {
  const byPath = new Map(images.map(({ id, path }) => [path, id]));
  const byName = new Map<string, string | undefined>(); // undefined where several images have the name
  for (const { id, path } of images) byName.set(nameOf(path), byName.has(nameOf(path)) ? undefined : id);
  const labels = new Map<string, Readonly<Record<string, 0 | 1>>>();
  let unmatched = 0;
  for (const row of rows) {
    const id = byPath.get(row.path) ?? byName.get(nameOf(row.path));
    if (id === undefined) unmatched++;
    else labels.set(id, { ...labels.get(id), ...row.labels });
  }
  return { labels, unmatched };
}
