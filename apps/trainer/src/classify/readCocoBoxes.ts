import { readFile } from 'node:fs/promises';
import { InputError, type Box } from '@cxr-ifa/tensor';
import { z } from 'zod';

const number = z.number();
const schema = z.object({
  images: z.array(z.object({ id: number, file_name: z.string() })),
  categories: z.array(z.object({ id: number, name: z.string() })),
  annotations: z.array(z.object({ image_id: number, category_id: number, bbox: z.tuple([number, number, number, number]) })),
});

/** A box of a finding, in the pixels of its file. */
export interface FindingBox {
  readonly finding: string;
  readonly box: Box;
}

/**
 * Reads the boxes of a JSON file in COCO's format, by the path of their image.
 *
 * @throws {InputError} If the file cannot be read, or is none.
 */
export async function readCocoBoxes(path: string): Promise<Map<string, FindingBox[]>> {
  let coco: z.output<typeof schema>;
  try {
    coco = schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new InputError(`Cannot read the boxes ${path} as it must be a JSON file in COCO's format, with images, categories and annotations`, { cause: error });
  }
  const [files, names] = [new Map(coco.images.map(({ id, file_name }) => [id, file_name])), new Map(coco.categories.map(({ id, name }) => [id, name]))];
  const boxes = new Map([...files.values()].map((file): [string, FindingBox[]] => [file, []]));
  for (const { image_id, category_id, bbox } of coco.annotations) {
    const [file, finding] = [files.get(image_id), names.get(category_id)];
    if (file === undefined || finding === undefined) throw new InputError(`Cannot read the boxes ${path} as every annotation must name an image and a category of the file: current ids are ${image_id} and ${category_id}`);
    boxes.get(file)?.push({ finding, box: bbox });
  }
  return boxes;
}
