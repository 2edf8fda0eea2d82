import { readMetricsLog } from '../report/readMetricsLog.ts';

/** A look of the monitor: the kernel distance in its encoder's features after so many images. */
export interface GanLook {
  readonly step: number;
  readonly images: number;
  readonly kid: number;
  readonly kidLow: number;
  readonly kidHigh: number;
}

/** What a run's logs say of its way. */
export interface GanHistory {
  readonly looks: readonly GanLook[];
  /** What was logged last; looks and checkpoints count as well. Absent for a run that logged nothing. */
  readonly cost?: { readonly steps: number; readonly images: number; readonly hours: number; readonly imagesPerSecond: number };
}

/** Reads how a run of `gan train` went. */
export async function readGanHistory(folder: string): Promise<GanHistory> {
  const looks = (await readMetricsLog(folder, 'monitor.jsonl')).filter((row) => Number.isFinite(row['kid'])) as unknown as GanLook[];
  const rows = await readMetricsLog(folder);
  let [images, seconds] = [0, 0];
  for (const row of rows) {
    const [seen, rate] = [row['images'], row['imagesPerSecond']] as [number, number];
    if (!(seen > images && rate > 0)) continue;
    seconds += (seen - images) / rate;
    images = seen;
  }
  return { looks, ...(seconds > 0 && { cost: { steps: rows.at(-1)?.['step'] as number, images, hours: seconds / 3600, imagesPerSecond: images / seconds } }) };
}
