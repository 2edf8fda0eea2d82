import { signal } from '@preact/signals';

/** What there is to tell, in one sentence; shown until it is closed. */
export interface Told {
  readonly text: string;
  readonly isProblem: boolean;
}

export const told = signal<Told | undefined>(undefined);

/** Shows an error: nothing that fails is silent. */
export function report(error: unknown): void {
  told.value = { text: error instanceof Error ? error.message : String(error), isProblem: true };
}

/** Shows what became of something. */
export function tell(text: string): void {
  told.value = { text, isProblem: false };
}
