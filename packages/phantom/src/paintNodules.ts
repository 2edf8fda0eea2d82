import type { Layers } from './layers.ts';
import type { Lesions } from './placeFindings.ts';
import type { Projector } from './projector.ts';

/** Paints each nodule as a slightly lobulated ball, and marks what it covers. */
export function paintNodules(layers: Layers, projector: Projector, nodules: Lesions['nodules'], noise: (x: number, y: number) => number): void {
  const { size, pitch } = projector;
  for (const { x, y, z, radius, density } of nodules) {
    const coverage = layers.region('nodule');
    const [u, v] = projector.project(x, y, z);
    const reach = (1.3 * radius) / pitch + 1;
    for (let row = Math.max(0, Math.floor(v - reach)); row <= Math.min(size - 1, Math.ceil(v + reach)); row++) {
      for (let column = Math.max(0, Math.floor(u - reach)); column <= Math.min(size - 1, Math.ceil(u + reach)); column++) {
        const dx = ((column + 0.5 - u) * pitch) / radius;
        const dy = ((row + 0.5 - v) * pitch) / radius;
        const q = (dx * dx + dy * dy) * (1 + 0.22 * noise(1.1 * dx + 3 * x, 1.1 * dy + 3 * y));
        if (q >= 1) continue;
        const index = row * size + column;
        layers.vessels[index] = (layers.vessels[index] as number) + 2 * density * radius * Math.sqrt(1 - q);
        coverage[index] = 1;
      }
    }
  }
}
