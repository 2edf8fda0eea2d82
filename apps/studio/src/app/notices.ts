import { signal } from '@preact/signals';

/** What went wrong last, in one sentence; shown until it is closed. */
export const problem = signal<string | undefined>(undefined);

/** Shows an error: nothing that fails is silent. */
export function report(error: unknown): void {
  problem.value = error instanceof Error ? error.message : String(error);
}
