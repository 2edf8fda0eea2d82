import type { EncoderTable, Preprocessing } from '@cxr-ifa/checkpoint';
import type { PretrainSettings } from './settings.ts';

/** A step's numbers by name. */
export type LogRow = Readonly<Record<string, number>>;

/** What a run is, from its first step to its last. */
export interface RunPlan {
  readonly settings: PretrainSettings;
  readonly table: EncoderTable;
  readonly preprocessing: Preprocessing;
  readonly images: number;
  readonly queueSize: number;
  readonly batchNormGroups: number;
}

/** How far a run has come. */
export interface RunLog {
  readonly step: number;
  readonly rows: readonly LogRow[];
}

/** Where a run stands. */
export interface RunState extends RunLog {
  /** The last checkpoint; none before the first. */
  readonly checkpoint?: Uint8Array;
}

/** What of a run is shown. */
export interface RunSummary extends RunLog {
  readonly plan: RunPlan;
}

/** A run as it is kept in the browser: enough to go on exactly, whatever else is open. */
export interface StoredRun extends RunState {
  readonly plan: RunPlan;
  /** The images' prepared pixels, one after the other. */
  readonly pixels: Float32Array;
}
