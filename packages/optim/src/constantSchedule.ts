/** A learning rate as a pure function of time: a step or an epoch number, whole or not, counted from 0. */
export type Schedule = (time: number) => number;

/**
 * The same learning rate at all times.
 *
 * @param base The learning rate.
 * @returns The schedule.
 *
 * @example
 * ```ts
 * constantSchedule(0.03)(100); // 0.03
 * ```
 */
export function constantSchedule(base: number): Schedule {
  return () => base;
}
