import type { Features } from '@cxr-ifa/heads/classification';

/** Feature vectors by image, in the order in which they came. */
export class FeatureTable {
  readonly #rows = new Map<string, Float32Array>();

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  set(id: string, row: Float32Array): void {
    this.#rows.set(id, row);
  }

  delete(id: string): void {
    this.#rows.delete(id);
  }

  clear(): void {
    this.#rows.clear();
  }

  get ids(): string[] {
    return [...this.#rows.keys()];
  }

  /** Features of some images, row by row; those that have none are left out. */
  select(wanted: readonly string[]): { readonly ids: readonly string[]; readonly features: Features } {
    const ids = wanted.filter((id) => this.#rows.has(id));
    const dimension = this.#rows.values().next().value?.length ?? 1;
    const data = new Float32Array(ids.length * dimension);
    for (const [row, id] of ids.entries()) data.set(this.#rows.get(id) as Float32Array, row * dimension);
    return { ids, features: { data, count: ids.length, dimension } };
  }
}
