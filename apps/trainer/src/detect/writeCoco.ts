import { join } from 'node:path';
import type { Preprocessing } from '@cxr-ifa/checkpoint';
import type { Detections } from '@cxr-ifa/heads/detection';
import { writeJson } from '../run/runDirectory.ts';
import type { AnnotatedImage } from './annotatedImages.ts';
import { roundBox, type CocoAnnotations, type CocoResults } from './cocoFile.ts';
import { toFile } from './placement.ts';

export const ANNOTATIONS = 'annotations.json';
export const DETECTIONS = 'detections.json';

/** Annotations and detections of images as COCO's two files have them; boxes in pixels of the files. What an image was not searched for is left out of the detections. */
export function toCoco(images: readonly AnnotatedImage[], found: readonly Detections[], { findings, preprocessing, pseudonym }: { readonly findings: readonly string[]; readonly preprocessing: Preprocessing; readonly pseudonym: (patient: string | undefined) => string | undefined }): { annotations: CocoAnnotations; results: CocoResults } {
  const boxOf = (boxes: Float32Array, i: number, image: AnnotatedImage): [number, number, number, number] => roundBox(toFile(boxes.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number], image.size, preprocessing));
  let next = 1;
  const annotations = images.flatMap((image, row) =>
    [...image.annotations.labels].map((label, i) => {
      const bbox = boxOf(image.annotations.boxes, i, image);
      return { id: next++, image_id: row + 1, category_id: label + 1, bbox, area: Math.round(bbox[2] * bbox[3] * 100) / 100, iscrowd: 0 as const };
    }),
  );
  const results = images.flatMap((image, row) => {
    const { boxes, scores, labels } = found[row] as Detections;
    return [...labels].flatMap((label, i) => (image.annotations.known?.[label] === 0 ? [] : [{ image_id: row + 1, category_id: label + 1, bbox: boxOf(boxes, i, image), score: Math.round((scores[i] as number) * 1e6) / 1e6 }]));
  });
  return {
    annotations: {
      images: images.map(({ record, size, annotations: { known } }, row) => {
        const patient = pseudonym(record.patient);
        const unsearched = findings.flatMap((_, finding) => (known?.[finding] === 0 ? [finding + 1] : []));
        return { id: row + 1, file_name: record.path, ...size, ...(patient !== undefined && { patient }), ...(unsearched.length > 0 && { not_exhaustive_category_ids: unsearched }) };
      }),
      categories: findings.map((name, finding) => ({ id: finding + 1, name })),
      annotations,
    },
    results,
  };
}

/** Writes both files into a folder. */
export async function writeCoco(folder: string, { annotations, results }: ReturnType<typeof toCoco>): Promise<void> {
  await writeJson(join(folder, ANNOTATIONS), annotations);
  await writeJson(join(folder, DETECTIONS), results);
}
