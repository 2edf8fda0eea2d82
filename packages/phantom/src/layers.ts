import type { Arm } from './createBody.ts';
import type { Thorax } from './createThorax.ts';
import type { Acquisition } from './drawAcquisition.ts';
import type { PhantomAnatomy } from './drawAnatomy.ts';
import type { PhantomFinding } from './phantomFindings.ts';
import type { Lesions } from './placeFindings.ts';
import type { Projector } from './projector.ts';

/** Everything there is to paint, and from where it is seen. */
export interface Scene {
  readonly anatomy: PhantomAnatomy;
  readonly acquisition: Acquisition;
  readonly projector: Projector;
  readonly thorax: Thorax;
  readonly arm: Arm;
  readonly lesions: Lesions;
  /** The patient's own random field. */
  readonly noise: (x: number, y: number) => number;
}

/** What the beam meets on its way to each pixel, in centimetres of path. */
export interface Layers {
  /** Soft tissue as if the body held no air. */
  readonly tissue: Float32Array;
  /** Air in lungs, airways and bowel: it takes the place of tissue. */
  readonly air: Float32Array;
  /** Aerated lung in which vessels can be seen, tissue and air together. */
  readonly lung: Float32Array;
  /** Vessels and nodules: soft tissue in the place of air. */
  readonly vessels: Float32Array;
  /** Mineral. */
  readonly bone: Float32Array;
  /** One entry for each single finding: where it is, 0 or 1. */
  readonly regions: readonly { readonly finding: PhantomFinding; readonly coverage: Float32Array }[];
  /** Adds an empty region for a single finding. */
  region(finding: PhantomFinding): Float32Array;
}

/** Empty layers of size x size pixels. */
export function createLayers(size: number): Layers {
  const layer = (): Float32Array => new Float32Array(size * size);
  const regions: { finding: PhantomFinding; coverage: Float32Array }[] = [];
  return {
    tissue: layer(),
    air: layer(),
    lung: layer(),
    vessels: layer(),
    bone: layer(),
    regions,
    region(finding) {
      const coverage = layer();
      regions.push({ finding, coverage });
      return coverage;
    },
  };
}
