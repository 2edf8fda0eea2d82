import type { Projector } from './projector.ts';

/** A point of a tube's axis and the tube's radius there, in centimetres. */
export type TubePoint = readonly [x: number, y: number, z: number, radius: number];

/**
 * Adds the line integral of a tube to a layer: its mass, cut into balls along the axis, is spread over the pixels each one
 * covers. Where a tube runs along the beam its balls fall on the same pixels and it shows as dense, as it does on film;
 * and as mass is kept, a tube thinner than a pixel fades instead of vanishing.
 *
 * @param layer Path length in centimetres a pixel; added to.
 * @param density What a centimetre of the tube counts; negative hollows out.
 */
export function paintTube(layer: Float32Array, projector: Projector, path: readonly TubePoint[], density: number): void {
  const { pitch, size } = projector;
  for (let index = 1; index < path.length; index++) {
    const [x0, y0, z0, r0] = path[index - 1] as TubePoint;
    const [x1, y1, z1, r1] = path[index] as TubePoint;
    const [u0, v0] = projector.project(x0, y0, z0);
    const [u1, v1] = projector.project(x1, y1, z1);
    const length = Math.hypot(x1 - x0, y1 - y0, z1 - z0);
    const radius = (r0 + r1) / 2;
    const radiusPixels = Math.max(radius / pitch, 0.9);
    const steps = Math.max(1, Math.ceil(length / ((radiusPixels > 3 ? 0.5 : 0.75) * Math.max(radius, pitch)))); // close enough that no beads show
    const mass = (density * Math.PI * radius * radius * (length / steps)) / (pitch * pitch);
    for (let step = 0; step < steps; step++) {
      const t = (step + 0.5) / steps;
      splat(layer, size, u0 + t * (u1 - u0), v0 + t * (v1 - v0), radiusPixels, mass);
    }
  }
}

/** Spreads a mass over a disc, densest in the middle: amplitude (1 - d^2 / r^2), whose integral is pi r^2 / 2. */
function splat(layer: Float32Array, size: number, u: number, v: number, radius: number, mass: number): void {
  const left = Math.max(0, Math.floor(u - radius));
  const right = Math.min(size - 1, Math.ceil(u + radius));
  const top = Math.max(0, Math.floor(v - radius));
  const bottom = Math.min(size - 1, Math.ceil(v + radius));
  const scale = 1 / (radius * radius);
  const amplitude = (2 * mass * scale) / Math.PI;
  for (let row = top; row <= bottom; row++) {
    const dy = row + 0.5 - v;
    for (let column = left; column <= right; column++) {
      const dx = column + 0.5 - u;
      const profile = 1 - (dx * dx + dy * dy) * scale;
      if (profile > 0) layer[row * size + column] = (layer[row * size + column] as number) + amplitude * profile;
    }
  }
}
