import { secondsOf } from '../options/duration.ts';

/** A signal that also comes when the program has run for `--max-time`; its preparations count. */
export function withTimeLimit(signal: AbortSignal, maxTime: string | undefined): AbortSignal {
  if (maxTime === undefined) return signal;
  const left = 1000 * secondsOf(maxTime) - performance.now(); // since the process began
  return AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, Math.ceil(left)))]);
}

/** Whether it was the time that was up, and not somebody who asked to stop. */
export function isTimeUp({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}
