import { describe, expect, it } from 'vitest';
import { createTerminal, formatDuration } from './terminal.ts';

function recorded(isTTY: boolean, columns = 80) {
  const written = { output: '', screen: '' };
  let now = 0;
  const terminal = createTerminal({
    output: { write: (text: string) => (written.output += text) },
    screen: { write: (text: string) => (written.screen += text), isTTY, columns },
    now: () => now,
  });
  return { terminal, written, wait: (seconds: number) => (now += 1000 * seconds) };
}

describe('createTerminal', () => {
  it('draws a bar with rate and time left on a terminal', () => {
    const { terminal, written, wait } = recorded(true);
    const progress = terminal.progress('Working', 100, 'steps');
    progress.update(0);
    wait(10);
    progress.update(50, 'loss 1.0');
    progress.finish();
    expect(written.output).toBe('');
    expect(written.screen.split('\r\x1b[K').at(-1)).toBe('Working [============            ] 50/100  5.0 steps/s  10 s left  loss 1.0\n');
  });

  it('keeps the bar in one line, and printed lines above it', () => {
    const { terminal, written, wait } = recorded(true, 30);
    const progress = terminal.progress('Working', 10);
    wait(1);
    progress.update(5);
    terminal.print('a line');
    progress.finish();
    expect(written.output).toBe('a line\n');
    expect(written.screen.split('\r\x1b[K').every((drawn) => drawn.length < 31)).toBe(true);
  });

  it('prints a line every ten seconds elsewhere, and the last one', () => {
    const { terminal, written, wait } = recorded(false);
    const progress = terminal.progress('Working', 40, 'steps');
    progress.update(10); // resumed: these say nothing of the rate
    for (let done = 11; done <= 40; done++) {
      wait(1);
      progress.update(done);
    }
    progress.finish();
    expect(written.screen).toBe('');
    expect(written.output.trimEnd().split('\n')).toEqual(['Working 20/40  1.0 steps/s  20 s left', 'Working 30/40  1.0 steps/s  10 s left', 'Working 40/40  1.0 steps/s']);
  });
});

it('formats durations', () => {
  expect([0.4, 59.2, 61, 185, 7620, 100_000].map(formatDuration)).toEqual(['0 s', '59 s', '1:01 min', '3:05 min', '2:07 h', '27:46 h']);
});
