/** Refuses numbers that are negative, infinite or none. */
export function checkWeights(action: string, weights: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(weights)) {
    if (!(value >= 0 && Number.isFinite(value))) throw new RangeError(`Cannot ${action} as ${name} must be 0 or more: current value is ${value}`);
  }
}
