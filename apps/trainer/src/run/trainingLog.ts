import { join } from 'node:path';
import type { InterpretationContext } from '@cxr-ifa/moco';
import { describeVerdict, watchVerdict } from '../monitor/verdictWatch.ts';
import { readMetricsLog } from '../report/readMetricsLog.ts';
import { openEventFile } from '../tensorboard/openEventFile.ts';
import type { Terminal } from '../terminal.ts';
import { openMetricsLog } from './metricsLog.ts';

/** Where a run's numbers go: `metrics.jsonl`, TensorBoard's event files, and the verdict on them. */
export interface TrainingLog {
  /** Writes a line; says the verdict if it is another than before. */
  append(row: Readonly<Record<string, number>> & { readonly step: number }): void;
  /** Makes the lines durable: before a checkpoint, which must not be ahead of its log. */
  sync(): void;
  /** Says the verdict on the whole. */
  conclude(): void;
  close(): void;
}

/** What {@link openTrainingLog} needs to know. */
export interface TrainingLogOptions {
  /** The run's folder. */
  readonly folder: string;
  /** The step that the run goes on from. */
  readonly step: number;
  readonly tensorboard: boolean;
  /** The run's settings, in Markdown, for TensorBoard. */
  readonly settings: string;
  readonly context: InterpretationContext;
  readonly terminal: Terminal;
}

export async function openTrainingLog({ folder, step: after, tensorboard, settings, context, terminal }: TrainingLogOptions): Promise<TrainingLog> {
  const watch = watchVerdict(context, await readMetricsLog(folder));
  const metrics = openMetricsLog(join(folder, 'metrics.jsonl'));
  const events = tensorboard ? openEventFile(join(folder, 'tensorboard'), { after, settings, now: Date.now }) : undefined;
  return {
    append(row) {
      metrics.append(row);
      const { step, ...numbers } = row;
      events?.append(step, numbers);
      const verdict = watch.add(row);
      if (verdict) describeVerdict(verdict).forEach((line, index) => terminal.print(index === 0 ? `Step ${step}. ${line}` : line));
    },
    sync: () => metrics.sync(),
    conclude() {
      const verdict = watch.current();
      if (verdict) describeVerdict(verdict).forEach((line) => terminal.print(line));
    },
    close() {
      metrics.close();
      events?.close();
    },
  };
}
