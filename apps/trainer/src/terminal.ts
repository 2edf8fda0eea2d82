/** How far a long piece of work is. */
export interface Progress {
  /** Says that `done` of the total is done, with a note such as the loss. */
  update(done: number, note?: string): void;
  /** Leaves the last line standing. */
  finish(): void;
}

/** Where a command says what it does. */
export interface Terminal {
  /** One line of text; on standard output. */
  print(line: string): void;
  /** Begins a long piece of work of `total` items: a bar with rate and time left on a terminal, a line every ten seconds otherwise. */
  progress(label: string, total: number, unit?: string): Progress;
}

/** What a terminal is made of; `process.stdout` and `process.stderr` fit. */
export interface TerminalOptions {
  readonly output: { write(text: string): unknown };
  /** Where the bar is drawn. */
  readonly screen: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

const BAR = 24;
const REDRAW_MILLISECONDS = 100;
const LINE_MILLISECONDS = 10_000;

export function createTerminal({ output, screen, now }: TerminalOptions): Terminal {
  let drawn = '';
  const clear = (): void => {
    if (drawn) screen.write('\r\x1b[K');
  };
  const print = (line: string): void => {
    clear();
    output.write(`${line}\n`);
    if (drawn) screen.write(drawn);
  };

  const progress = (label: string, total: number, unit = ''): Progress => {
    const start = now();
    let first: number | undefined; // work that was done before, as in a resumed run, says nothing of the rate
    let last = screen.isTTY ? -Infinity : start; // the first line of plain output waits its ten seconds
    let pending: string | undefined;
    const describe = (done: number, note: string): string => {
      const seconds = (now() - start) / 1000;
      const rate = (done - (first ?? done)) / Math.max(seconds, 1e-3);
      const speed = rate > 0 ? `  ${rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2)}${unit && ` ${unit}`}/s` : '';
      const left = rate > 0 && done < total ? `  ${formatDuration((total - done) / rate)} left` : '';
      return `${done}/${total}${speed}${left}${note && `  ${note}`}`;
    };
    return {
      update(done, note = '') {
        first ??= done;
        if (screen.isTTY) {
          pending = undefined;
          const filled = Math.round((BAR * done) / Math.max(total, 1));
          const line = `${label} [${'='.repeat(filled)}${' '.repeat(BAR - filled)}] ${describe(done, note)}`.slice(0, Math.max(20, (screen.columns ?? 80) - 1));
          if (now() - last < REDRAW_MILLISECONDS && done < total) return;
          clear();
          drawn = line;
          screen.write(line);
        } else {
          pending = `${label} ${describe(done, note)}`;
          if (now() - last < LINE_MILLISECONDS) return;
          print(pending);
          pending = undefined;
        }
        last = now();
      },
      finish() {
        if (drawn) screen.write('\n');
        if (pending) print(pending);
        drawn = '';
        pending = undefined;
      },
    };
  };
  return { print, progress };
}

/** Seconds as `42 s`, `3:05 min` or `2:07 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const [unit, name] = seconds < 3600 ? [60, 'min'] : [3600, 'h'];
  const whole = Math.floor(seconds / unit);
  return `${whole}:${String(Math.floor(((seconds - whole * unit) * 60) / unit)).padStart(2, '0')} ${name}`;
}
