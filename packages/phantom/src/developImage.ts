import type { Rng } from '@cxr-ifa/tensor';
import { blurGrid } from './blurGrid.ts';
import type { Acquisition } from './drawAcquisition.ts';
import type { PhantomAnatomy } from './drawAnatomy.ts';
import { shrinkImage } from './shrinkImage.ts';
import type { Layers } from './layers.ts';

/** Attenuation a centimetre, of water and of mineral, at the mean energy of the beam. */
const WATER = 0.2;
const BONE = 0.42;

/**
 * Exposes and develops the plate. Along each ray the attenuations add up and the intensity is exp(-sum), so shapes overlay as they do on
 * film; scatter from the body adds a veil that takes contrast where the body is thick; the detector adds quantum noise; and
 * the display shows the logarithm, dense parts bright (MONOCHROME2), with its fine structure enhanced as viewing stations do.
 *
 * @param layers At `factor` times the image's size.
 * @returns Grey values from 0 to 255, whole numbers.
 */
export function developImage(layers: Layers, size: number, factor: number, anatomy: PhantomAnatomy, acquisition: Acquisition, rng: Rng): Float32Array {
  const primary = shrinkImage(intensity(layers, anatomy), size, factor);
  const tissue = shrinkImage(layers.tissue, size, factor);
  const veil = blurGrid(primary.map((value, index) => value * Math.min(1, (tissue[index] as number) / 5)), size, 0.09);
  const graininess = acquisition.noise * (size / 256);
  const signal = primary.map((value, index) => {
    const exposure = value + acquisition.scatter * (veil[index] as number);
    return -Math.log(exposure) + (graininess * nearlyNormal(rng.uint32())) / Math.sqrt(exposure + 0.008);
  });
  return display(signal, size, anatomy, acquisition);
}

/** The sum of four bytes, centred and of deviation 1: grain needs no tails, and a draw a pixel is what most of the time would go into. */
function nearlyNormal(bits: number): number {
  const sum = (bits & 0xff) + ((bits >>> 8) & 0xff) + ((bits >>> 16) & 0xff) + (bits >>> 24);
  return (sum - 510) / 147.8;
}

function intensity(layers: Layers, anatomy: PhantomAnatomy): Float32Array {
  const { tissue, air, lung, vessels, bone } = layers;
  return tissue.map((path, index) => {
    const seen = (vessels[index] as number) * Math.min(1, (lung[index] as number) / 6);
    const gas = Math.max(0, (air[index] as number) - (1 - anatomy.lungDensity) * seen);
    return Math.exp(-WATER * Math.max(0, path - gas) - BONE * (bone[index] as number));
  });
}

/** Window, local contrast, gamma, and a shoulder that keeps the densest parts from clipping. */
function display(signal: Float32Array, size: number, anatomy: PhantomAnatomy, acquisition: Acquisition): Float32Array {
  // The automatic exposure control knows the patient's thickness
  const thickness = WATER * 2 * (anatomy.halfDepth + 2.1 + 0.45 * anatomy.wall);
  const surround = blurGrid(signal, size, 0.07);
  return signal.map((value, index) => {
    const enhanced = value + acquisition.enhancement * (value - (surround[index] as number)) * Math.min(1, value);
    const level = Math.max(0, (enhanced / thickness - 0.05) * 0.98 * acquisition.contrast + acquisition.brightness);
    const toned = level ** (1.25 * acquisition.gamma);
    const shown = toned < 0.7 ? toned : 0.7 + 0.3 * Math.tanh((toned - 0.7) / 0.3);
    return Math.round(Math.max(0, Math.min(255, 255 * shown)));
  });
}
