/**
 * Checks a setting at the door.
 * @throws {RangeError} If `fits` is false or the value is not finite.
 */
export function requireNumber(action: string, name: string, value: number, rule: string, fits: boolean): void {
  if (!Number.isFinite(value) || !fits) throw new RangeError(`Cannot ${action} as ${name} must be ${rule}: current value is ${value}`);
}
