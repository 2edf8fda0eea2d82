import { secondsOf } from '../options/duration.ts';

/** The reason of a signal that came because the time was up. */
const TIME_UP = Symbol('time up');

/** A signal that also comes when the program has run for `--max-time`; its preparations count. */
export function withTimeLimit(signal: AbortSignal, maxTime: string | undefined): AbortSignal {
  if (maxTime === undefined || signal.aborted) return signal;
  const left = 1000 * secondsOf(maxTime) - performance.now(); // since the process began
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort(signal.reason));
  setTimeout(() => controller.abort(TIME_UP), Math.max(0, left)).unref(); // AbortSignal.any forgets AbortSignal.timeout at the next garbage collection (Node 20)
  return controller.signal;
}

/** Whether it was the time that was up, and not somebody who asked to stop. */
export function isTimeUp({ reason }: AbortSignal): boolean {
  return reason === TIME_UP;
}
