/**
 * AUROC and average precision with patient-clustered bootstrap intervals, on plain and typed arrays.
 *
 * @module
 */
export { auroc } from './auroc.ts';
export { auprc } from './auprc.ts';
export { aurocStatistic } from './aurocStatistic.ts';
export { auprcStatistic } from './auprcStatistic.ts';
export { patientBootstrap, type BootstrapInterval, type BootstrapOptions } from './patientBootstrap.ts';
export { pairedBootstrapDifference } from './pairedBootstrapDifference.ts';
export type { ColumnOptions } from './rankColumn.ts';
export type { WeightedStatistic } from './weightedStatistic.ts';
