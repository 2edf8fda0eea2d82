import { signal } from '@preact/signals';

/** Whether the browser has promised not to let go of what is kept; nothing before it was asked. */
export const isPersistent = signal<boolean | undefined>(undefined);

let asked: Promise<boolean> | undefined;

/** Asks the browser, once, to keep what is kept even where the disk runs full. */
export async function askToPersist(): Promise<void> {
  asked ??= navigator.storage.persist().catch(() => false);
  isPersistent.value = await asked;
}
