import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeEvent, type Event } from './encodeEvent.ts';
import { encodeRecord } from './encodeRecord.ts';

/** A TensorBoard event file of a run, open for appending. */
export interface EventFile {
  /** Writes the numbers of a step under their names; where a name has a dot, TensorBoard groups by what comes before it. */
  append(step: number, numbers: Readonly<Record<string, number>>): void;
  close(): void;
}

/** What {@link openEventFile} needs to know. */
export interface EventFileOptions {
  /** The last step that counts of what earlier files of the run say: TensorBoard drops what they have beyond it. */
  readonly after: number;
  /** A text for TensorBoard's text page: the run's settings, in Markdown. */
  readonly settings?: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Begins an event file: a new one each time a run begins or goes on, which is what TensorBoard expects.
 * Its name holds the time and a number of its own, and nothing of the machine.
 *
 * @param folder Made if need be.
 */
export function openEventFile(folder: string, { after, settings, now }: EventFileOptions): EventFile {
  mkdirSync(folder, { recursive: true });
  // TensorBoard reads the files of a run in the order of their names
  const number = readdirSync(folder).filter((name) => name.includes('tfevents')).length;
  const file = openSync(join(folder, `events.out.tfevents.${String(Math.floor(now() / 1000)).padStart(10, '0')}.${String(number).padStart(4, '0')}`), 'wx');
  const write = (what: Event['what'], step?: number): void => void writeSync(file, encodeRecord(encodeEvent({ wallTime: now() / 1000, ...(step !== undefined && { step }), what })));
  write({ fileVersion: 'brain.Event:2' });
  write({ sessionStart: true }, after + 1);
  if (settings !== undefined && number === 0) write({ text: ['settings', settings] });
  return {
    append: (step, numbers) => write({ scalars: Object.entries(numbers).map(([name, value]) => [name.replace('.', '/'), value] as const) }, step),
    close: () => closeSync(file),
  };
}
