import { createRng, type Box, type GrayImage, type Rng } from '@cxr-ifa/tensor';
import { placeArm } from './createBody.ts';
import { createNoise } from './createNoise.ts';
import { createThorax } from './createThorax.ts';
import { developImage } from './developImage.ts';
import { checkPrevalence, checkShares, checkSize } from './checkOptions.ts';
import { drawAcquisition, type Acquisition } from './drawAcquisition.ts';
import { drawAnatomy, type PhantomAnatomy } from './drawAnatomy.ts';
import { DEFAULT_PREVALENCE, drawSeverities, type PhantomPrevalence } from './drawSeverities.ts';
import { createLayers, type Layers } from './layers.ts';
import { maskBox } from './maskBox.ts';
import { paintAirways } from './paintAirways.ts';
import { paintMarker } from './paintMarker.ts';
import { paintNodules } from './paintNodules.ts';
import { paintPleura } from './paintPleura.ts';
import { paintRibs } from './paintRibs.ts';
import { paintSkeleton } from './paintSkeleton.ts';
import { paintVessels } from './paintVessels.ts';
import { phantomFindings, type PhantomFinding, type PhantomSeverities } from './phantomFindings.ts';
import { placeFindings } from './placeFindings.ts';
import { createProjector } from './projector.ts';
import { shrinkImage } from './shrinkImage.ts';
import { tracePaths } from './tracePaths.ts';

/** What {@link renderPhantom} renders. */
export interface RenderPhantomOptions {
  /** Decides everything that the other options leave open; advanced by one draw. */
  readonly rng: Rng;
  /** Pixels along each side, from 32 to 1024. The anatomy is the same at every size. @default 128 */
  readonly size?: number;
  /** The patient. @default drawn by {@link drawAnatomy} */
  readonly anatomy?: PhantomAnatomy;
  /** How marked each finding is, from 0 (absent, as are those left out) to 1. @default drawn, each with `prevalence` */
  readonly findings?: Readonly<Partial<PhantomSeverities>>;
  /** The share of images that show a finding, where `findings` is not given. @default 0.13: half of the images show none */
  readonly prevalence?: PhantomPrevalence;
}

/** A rendered radiograph and the truth about it. */
export interface PhantomImage {
  /** Whole numbers from 0 to 255, dense parts bright (MONOCHROME2). */
  readonly image: GrayImage;
  /** 1 where a finding is present and not hidden by another, as a consolidation may be under fluid. */
  readonly findings: Readonly<Record<PhantomFinding, 0 | 1>>;
  /** A box around each single finding (two nodules have two), in pixels; that of cardiomegaly is around the heart. */
  readonly boxes: readonly { readonly finding: PhantomFinding; readonly box: Box }[];
  /** 1 where a finding is, row by row, one mask a finding; empty where it is absent. */
  readonly masks: Readonly<Record<PhantomFinding, Uint8Array>>;
}

/**
 * Renders a chest radiograph of a procedural patient, with its findings, boxes and masks.
 *
 * Along each ray the path lengths through tissue, air and bone are added up and the display shows the attenuation, so that shapes overlay as
 * they do on film: a rib crosses a nodule, fluid hides the diaphragm. Anatomy, pose and exposure vary and do not depend on the findings.
 *
 * @returns The image and its truth. The same generator state and options give the same image, in any runtime to within what its `Math` functions round.
 * @throws {RangeError} If the size, a severity or a prevalence is out of range.
 * @throws {TypeError} If a finding is unknown.
 *
 * @example
 * ```ts
 * const { image, boxes } = renderPhantom({ rng: createRng(1), size: 256, findings: { nodule: 0.8 } });
 * ```
 */
export function renderPhantom(options: RenderPhantomOptions): PhantomImage {
  const { size = 128, prevalence = DEFAULT_PREVALENCE } = options;
  checkSize(size);
  checkPrevalence(prevalence);
  if (options.findings) checkShares('severity', options.findings);
  const rng = options.rng.fork('phantom', options.rng.uint32());
  const anatomy = options.anatomy ?? drawAnatomy(rng.fork('anatomy'));
  const severities = options.findings ? { ...NO_FINDINGS, ...options.findings } : drawSeverities(rng.fork('findings'), prevalence);
  const acquisition = drawAcquisition(rng.fork('acquisition'));
  // Small images are rendered larger and averaged, as their pixels gather light from several structures
  const factor = Math.max(size < 400 ? 2 : 1, Math.ceil(128 / size));
  const layers = paintLayers(anatomy, acquisition, severities, size * factor);
  const data = developImage(layers, size, factor, anatomy, acquisition, rng.fork('noise'));
  return { image: { data, width: size, height: size, range: [0, 255] }, ...annotate(layers, size, factor) };
}

const NO_FINDINGS: PhantomSeverities = { nodule: 0, consolidation: 0, effusion: 0, cardiomegaly: 0, pneumothorax: 0 };

/** Paints body, findings and skeleton; what is the patient's own comes from the anatomy's generator. */
function paintLayers(anatomy: PhantomAnatomy, acquisition: Acquisition, severities: PhantomSeverities, size: number): Layers {
  const detail = createRng(anatomy.detail);
  const projector = createProjector(acquisition, size);
  const thorax = createThorax(anatomy, acquisition);
  const arm = placeArm(anatomy, acquisition);
  const noise = createNoise(detail.fork('texture'));
  const lesions = placeFindings(detail.fork('findings'), thorax, severities);
  const layers = createLayers(size);
  tracePaths(layers, { anatomy, acquisition, projector, thorax, arm, lesions, noise });
  paintNodules(layers, projector, lesions.nodules, noise);
  paintVessels(layers.vessels, projector, thorax, detail.fork('vessels'), anatomy.vascularity);
  paintAirways(layers.air, projector, anatomy);
  paintPleura(layers.tissue, projector, thorax, lesions.pneumothoraces);
  paintRibs(layers.bone, projector, anatomy, thorax);
  paintSkeleton(layers.bone, projector, anatomy, thorax, arm);
  paintMarker(layers.bone, projector, acquisition.marker);
  return layers;
}

/** Masks at the image's size, a box around each single finding, and the labels that follow from them. */
function annotate(layers: Layers, size: number, factor: number): Omit<PhantomImage, 'image'> {
  const masks = Object.fromEntries(phantomFindings.map((finding) => [finding, new Uint8Array(size * size)])) as Record<PhantomFinding, Uint8Array>;
  const boxes: { finding: PhantomFinding; box: Box }[] = [];
  for (const { finding, coverage } of layers.regions) {
    const shares = shrinkImage(coverage, size, factor);
    const threshold = Math.min(0.5, shares.reduce((a, b) => Math.max(a, b), 0));
    if (threshold === 0) continue;
    const mask = Uint8Array.from(shares, (share) => (share >= threshold ? 1 : 0));
    const union = masks[finding];
    for (let index = 0; index < mask.length; index++) union[index] = (union[index] as number) | (mask[index] as number);
    boxes.push({ finding, box: maskBox(mask, size) as Box });
  }
  const findings = Object.fromEntries(phantomFindings.map((finding) => [finding, boxes.some((box) => box.finding === finding) ? 1 : 0])) as Record<PhantomFinding, 0 | 1>;
  return { findings, boxes, masks };
}
