import { signal } from '@preact/signals';

/** What there is to tell, in one sentence; shown until it is closed. */
export interface Told {
  readonly text: string;
  readonly isProblem: boolean;
}

const MOST = 4;

/** The latest, each once. */
export const notices = signal<readonly Told[]>([]);

/** Shows an error: nothing that fails is silent. */
export function report(error: unknown): void {
  add({ text: error instanceof Error ? error.message : String(error), isProblem: true });
}

/** Shows what became of something. */
export function tell(text: string): void {
  add({ text, isProblem: false });
}

/** Takes a notice away. */
export function closeNotice({ text }: Told): void {
  notices.value = notices.value.filter((other) => other.text !== text);
}

function add(notice: Told): void {
  closeNotice(notice);
  notices.value = [...notices.value, notice].slice(-MOST);
}
