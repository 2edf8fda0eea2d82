import { findPatientOverlap } from '@cxr-ifa/datasets';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import type { Manifest, ManifestImage } from './openManifest.ts';

/** Images that belong together: of one split, or of one manifest without splits. */
export interface Part {
  readonly name: string;
  readonly manifest: Manifest;
  /** Parts of one role may share what they like: `train` of one manifest and `train` of another. */
  readonly role: string;
  readonly images: readonly ManifestImage[];
}

/** Patients that two parts share, or that they cannot be compared by. */
export interface PatientComparison {
  readonly first: Part;
  readonly second: Part;
  /** Shared patients with their images on either side; or, in words, why they cannot be compared. */
  readonly shared: readonly { readonly patient: string; readonly first: number; readonly second: number }[] | string;
}

/** Cuts manifests into parts: their splits where they have some, which leaves out the images in none; the whole where they have not. */
export function partsOf(manifests: readonly Manifest[]): Part[] {
  return manifests.flatMap((manifest): Part[] => {
    const splits = [...new Set(manifest.images.flatMap(({ split }) => split ?? []))];
    // A slash in front keeps manifests and splits apart
    if (splits.length === 0) return [{ name: manifest.name, manifest, role: `/${manifest.name}`, images: manifest.images }];
    return splits.map((split) => ({ name: manifests.length === 1 ? split : `${manifest.name}: ${split}`, manifest, role: split, images: manifest.images.filter((image) => image.split === split) }));
  });
}

/** Every two parts that must be apart. */
export function pairsOf(parts: readonly Part[]): [Part, Part][] {
  return parts.flatMap((first, index) => parts.slice(index + 1).flatMap((second): [Part, Part][] => (first.role === second.role ? [] : [[first, second]])));
}

/** Finds the patients that two parts share. Ids are turned into the other side's pseudonyms where it has some; pseudonyms of two keys cannot be compared. */
export function comparePatients(first: Part, second: Part): PatientComparison {
  const [own, other] = [first.manifest.salt, second.manifest.salt];
  for (const part of [first, second]) if (part.images.every(({ patient }) => patient === undefined)) return { first, second, shared: `no patients in ${part.name}` };
  if (own !== undefined && other !== undefined && own !== other) return { first, second, shared: 'pseudonyms of two keys' };
  const named = ({ images, manifest }: Part): { patient?: string }[] => {
    const pseudonym = createPseudonymiser(manifest.salt !== undefined || (own ?? other) === undefined, Buffer.from(own ?? other ?? '', 'hex'));
    return images.flatMap(({ patient }) => (patient === undefined ? [] : [{ patient: pseudonym(patient) as string }]));
  };
  const shared = findPatientOverlap({ first: named(first), second: named(second) });
  return { first, second, shared: shared.map(({ patient, images }) => ({ patient, first: images['first'] as number, second: images['second'] as number })) };
}
