import { extname } from 'node:path';
import { readTable } from '@cxr-ifa/datasets';
import { InputError, type Box, type ImageRecord } from '@cxr-ifa/tensor';
import { readText } from '../input/readText.ts';
import { readCocoAnnotations } from './cocoFile.ts';

/** The boxes of a file, by the images' paths. */
export interface BoxFile {
  readonly boxes: ReadonlyMap<string, NonNullable<ImageRecord['boxes']>>;
  readonly findings: readonly string[];
  /** Whether an image without boxes in the file has none: a COCO file lists such images, a table of boxes does not. */
  readonly listsAllImages: boolean;
}

const COLUMNS = ['file', 'finding', 'x', 'y', 'w', 'h'] as const;

/**
 * Reads boxes in pixels of the files: COCO annotations (.json), or a table with the columns file, finding, x, y, w, h (.csv).
 *
 * @throws {InputError} If the file cannot be read.
 */
export async function readBoxes(path: string): Promise<BoxFile> {
  return extname(path).toLowerCase() === '.json' ? readCoco(path) : readCsv(path);
}

async function readCoco(path: string): Promise<BoxFile> {
  const { images, categories, annotations } = await readCocoAnnotations(path);
  const [names, paths] = [new Map(categories.map(({ id, name }) => [id, name])), new Map(images.map(({ id, file_name }) => [id, file_name]))];
  const boxes = new Map<string, { finding: string; box: Box }[]>(images.map(({ file_name }) => [file_name, []]));
  for (const { image_id, category_id, bbox, iscrowd } of annotations) {
    if (iscrowd !== 1) boxes.get(paths.get(image_id) as string)?.push({ finding: names.get(category_id) as string, box: bbox });
  }
  return { boxes, findings: categories.map(({ name }) => name), listsAllImages: true };
}

async function readCsv(path: string): Promise<BoxFile> {
  const table = readTable(await readText(path));
  const missing = COLUMNS.find((column) => !table.columns.includes(column));
  if (missing !== undefined) throw new InputError(`Cannot read the boxes ${path} as it must have the columns ${COLUMNS.join(', ')}: ${missing} is missing`);
  const at = COLUMNS.map((column) => table.columns.indexOf(column));
  const boxes = new Map<string, { finding: string; box: Box }[]>();
  for (const row of table.rows) {
    const [file, finding, ...sides] = at.map((column) => row.cells[column] ?? '') as [string, string, ...string[]];
    const box = sides.map(Number) as unknown as Box;
    if (file === '' || finding === '' || sides.includes('') || !(box.every(Number.isFinite) && box[2] > 0 && box[3] > 0)) throw new InputError(`Cannot read row ${row.number} of the boxes ${path} as it must name a file, a finding, and left, top, width and height in pixels`);
    const own = boxes.get(file);
    if (own) own.push({ finding, box });
    else boxes.set(file, [{ finding, box }]);
  }
  return { boxes, findings: [...new Set([...boxes.values()].flat().map(({ finding }) => finding))].sort(), listsAllImages: false };
}
