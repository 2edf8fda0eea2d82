import type { Experiment } from './runExperiment.ts';

/** A level as people read it: a share of patients in per cent, a ratio as one positive for so many negatives. */
export function formatLevel(experiment: Experiment['name'], level: number): string {
  if (experiment === 'scarcity') return `${Number((level * 100).toPrecision(3))} %`;
  return level >= 1 ? `${Number(level.toPrecision(3))} : 1` : `1 : ${Number((1 / level).toPrecision(3))}`;
}
