import type { LabelTable } from './readLabelTable.ts';

/** Labels of images by their ids, and what of the table was of no use. */
export interface MatchedLabels {
  readonly labels: ReadonlyMap<string, Readonly<Record<string, 0 | 1>>>;
  /** Rows that name no image, or may mean several. */
  readonly unmatched: number;
  /** Labels that another row of the same image says otherwise. */
  readonly contradicting: number;
}

interface Named {
  readonly id: string;
  readonly path: string;
}

/** Accented letters are written in two ways, by macOS in the other one. */
const plain = (path: string): string => path.normalize('NFC');
const nameOf = (path: string): string => path.split('/').at(-1) as string;
/** Whether two paths may be of one file, named from folders of different height. */
const isOneFile = (a: string, b: string): boolean => a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);

/** Finds the images that rows speak of. A row and an image belong together where their paths agree as far as both go, and neither agrees with another: a name alone is in many folders. */
export function matchLabels({ rows }: LabelTable, images: readonly Named[]): MatchedLabels {
  const byName = new Map<string, Named[]>();
  for (const { id, path } of images) {
    const name = nameOf(plain(path));
    byName.set(name, [...(byName.get(name) ?? []), { id, path: plain(path) }]);
  }
  const imageOf = (path: string): Named | undefined => {
    const possible = (byName.get(nameOf(path)) ?? []).filter((image) => isOneFile(image.path, path));
    const exact = possible.filter((image) => image.path === path);
    return exact.length === 1 ? exact[0] : possible.length === 1 ? possible[0] : undefined;
  };
  const rowsOf = new Map<Named, Map<string, LabelTable['rows'][number]['labels'][]>>(); // by image, and by what it is called
  let unmatched = 0;
  for (const { path, labels } of rows) {
    const image = imageOf(plain(path));
    if (!image) unmatched++;
    else {
      const named = rowsOf.get(image) ?? new Map<string, (typeof labels)[]>();
      rowsOf.set(image, named.set(plain(path), [...(named.get(plain(path)) ?? []), labels]));
    }
  }
  const found = new Map<string, Readonly<Record<string, 0 | 1>>>();
  let contradicting = 0;
  for (const [image, named] of rowsOf) {
    const own = named.get(image.path) ?? (named.size === 1 ? [...named.values()][0] : undefined);
    unmatched += [...named.values()].reduce((count, some) => count + (some === own ? 0 : some.length), 0);
    if (!own) continue;
    const merged = mergeRows(own);
    contradicting += merged.contradicting;
    found.set(image.id, merged.labels);
  }
  return { labels: found, unmatched, contradicting };
}

/** Rows of one image; what two of them say otherwise is not known. */
function mergeRows(rows: readonly Readonly<Record<string, 0 | 1>>[]): { labels: Record<string, 0 | 1>; contradicting: number } {
  const said = new Map<string, Set<0 | 1>>();
  for (const [finding, label] of rows.flatMap((labels) => Object.entries(labels))) said.set(finding, (said.get(finding) ?? new Set()).add(label));
  const agreed = [...said].filter(([, labels]) => labels.size === 1).map(([finding, labels]) => [finding, [...labels][0] as 0 | 1] as const);
  return { labels: Object.fromEntries(agreed), contradicting: said.size - agreed.length };
}
