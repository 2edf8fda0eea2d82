import type { FindingState, ImageRecord } from '@cxr-ifa/tensor';
import type { RecordSelection } from './recordSelection.ts';

/** How folders are read. */
export interface FolderOptions {
  /** Whether the folder an image lies in is its finding, as in `NORMAL/1.png`. @default {false} */
  readonly classFolders?: boolean;
  /** Whether a folder named train, val, valid, validation or test above the image is its split. @default {false} */
  readonly splitFolders?: boolean;
  /** Paths that are images though their endings do not say so, such as DICOM files without one. @default none */
  readonly alsoImages?: ReadonlySet<string>;
}

const IMAGE = /\.(png|jpe?g|dcm|dicom)$/i;
const SPLIT = /^(train|val|valid|validation|test)$/i;

/**
 * Makes records of the files in a folder: images by their endings, in the order of their paths whatever order the host lists them in.
 * Hidden files and other endings are dropped and counted; what an image really is, its bytes say later.
 *
 * @param paths Paths relative to the folder.
 * @returns Records without patients: no one knows whose images they are.
 */
export function folderRecords(paths: Iterable<string>, { classFolders = false, splitFolders = false, alsoImages = new Set() }: FolderOptions = {}): RecordSelection {
  const all = [...paths].map((path) => path.replaceAll('\\', '/')).sort();
  const visible = all.filter((path) => !path.split('/').some((part) => part.startsWith('.') && part !== '.' && part !== '..'));
  const images = visible.filter((path) => IMAGE.test(path) || alsoImages.has(path));
  const classOf = (path: string): string | undefined => (classFolders ? path.split('/').at(-2) : undefined);
  const findings = [...new Set(images.flatMap((path) => classOf(path) ?? []))].sort();
  const records = images.map((path): ImageRecord => {
    const own = classOf(path);
    const split = splitFolders ? path.split('/').slice(0, -1).find((part) => SPLIT.test(part)) : undefined;
    // An image outside any class folder says nothing about the classes
    const states = findings.map((name): [string, FindingState] => [name, own === undefined ? 'unmentioned' : own === name ? 1 : 0]);
    return { path, ...(split && { split: split.toLowerCase() }), findings: Object.fromEntries(states) };
  });
  const dropped = [
    { reason: 'hidden file', count: all.length - visible.length },
    { reason: 'not named .png, .jpg, .jpeg or .dcm', count: visible.length - images.length },
  ].filter(({ count }) => count > 0);
  return { records, findings, total: all.length, dropped };
}
