import { readFile } from 'node:fs/promises';
import { InputError, type Box } from '@cxr-ifa/tensor';
import { z } from 'zod';

const id = z.int().nonnegative();
const box = z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]);

/** COCO's annotations of objects, as far as we read them. */
const annotationsSchema = z.object({
  images: z.array(
    z.object({
      id,
      file_name: z.string(),
      width: z.number().positive(),
      height: z.number().positive(),
      patient: z.string().optional(),
      /** LVIS's word for findings of which boxes may be missing: what is found of them counts neither for nor against. */
      not_exhaustive_category_ids: z.array(id).optional(),
    }),
  ),
  categories: z.array(z.object({ id, name: z.string() })),
  annotations: z.array(z.object({ id, image_id: id, category_id: id, bbox: box, area: z.number().optional(), iscrowd: z.union([z.literal(0), z.literal(1)]).optional() })),
});
export type CocoAnnotations = z.output<typeof annotationsSchema>;

const resultsSchema = z.array(z.object({ image_id: id, category_id: id, bbox: z.tuple([z.number(), z.number(), z.number().nonnegative(), z.number().nonnegative()]), score: z.number() }));
/** COCO's results: a list of boxes with scores. */
export type CocoResults = z.output<typeof resultsSchema>;

/** @throws {InputError} If the file is none, or names an image or a category that it has not. */
export async function readCocoAnnotations(path: string): Promise<CocoAnnotations> {
  const coco = await readJson(path, annotationsSchema, 'COCO annotations');
  const [images, categories] = [new Set(coco.images.map((image) => image.id)), new Set(coco.categories.map((category) => category.id))];
  if (images.size < coco.images.length || categories.size < coco.categories.length) throw new InputError(`Cannot read the COCO annotations ${path} as ids of images and categories must differ`);
  for (const { id: annotation, image_id, category_id } of coco.annotations) {
    if (!images.has(image_id) || !categories.has(category_id)) throw new InputError(`Cannot read the COCO annotations ${path} as annotation ${annotation} must be of an image and a category in the file: current ids are ${image_id} and ${category_id}`);
  }
  return coco;
}

/** @throws {InputError} If the file is none. */
export function readCocoResults(path: string): Promise<CocoResults> {
  return readJson(path, resultsSchema, 'COCO results');
}

async function readJson<Schema extends z.ZodType>(path: string, schema: Schema, what: string): Promise<z.output<Schema>> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new InputError(`Cannot read the ${what} ${path} as ${reason}`, { cause });
  };
  const text = await readFile(path, 'utf8').catch((error: Error) => refuse(`the file cannot be opened: ${error.message}`, error));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse('it is no JSON', error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(`its ${issue?.path.join('.') || 'content'} does not fit: ${issue?.message}`);
}

/** Digits of a box in a file: a hundredth of a pixel. */
export function roundBox(values: Box): [number, number, number, number] {
  return values.map((value) => Math.round(value * 100) / 100) as [number, number, number, number];
}
