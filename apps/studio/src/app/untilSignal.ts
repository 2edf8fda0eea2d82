import type { ReadonlySignal } from '@preact/signals';

/** Resolves as soon as a signal's value is as wanted: at once where it is already. */
export function untilSignal<Value>(signal: ReadonlySignal<Value>, isWanted: (value: Value) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = signal.subscribe((value) => {
      if (!isWanted(value)) return;
      resolve();
      queueMicrotask(() => stop()); // it is not assigned yet when this is called at once
    });
  });
}
