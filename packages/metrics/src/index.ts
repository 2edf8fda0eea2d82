/**
 * Scores against labels, in plain and typed arrays: rankings, decisions and probabilities of findings, with intervals that respect patients;
 * and how good representations and images are.
 *
 * @module
 */
export { ageBand } from './ageBand.ts';
export { alignment } from './alignment.ts';
export { auprc } from './auprc.ts';
export { auprcStatistic } from './auprcStatistic.ts';
export { auroc } from './auroc.ts';
export { aurocStatistic } from './aurocStatistic.ts';
export { bootstrapBand, type BootstrapBand } from './bootstrapBand.ts';
export { bootstrapDraws, type BootstrapDraws } from './bootstrapDraws.ts';
export { boxMask } from './boxMask.ts';
export { brierDecomposition, type BrierDecomposition } from './brierDecomposition.ts';
export { brierScore } from './brierScore.ts';
export { brierStatistic } from './brierStatistic.ts';
export { calibrationError, type CalibrationError } from './calibrationError.ts';
export { calibrationErrorStatistic } from './calibrationErrorStatistic.ts';
export { chooseThreshold, type OperatingPoint } from './chooseThreshold.ts';
export { confusionMetrics, type ConfusionMetrics } from './confusionMetrics.ts';
export { confusionStatistic } from './confusionStatistic.ts';
export { confusionTable, type ConfusionTable } from './confusionTable.ts';
export { delong, type DelongInterval } from './delong.ts';
export type { DelongOptions } from './delongColumn.ts';
export { delongTest, type DelongComparison } from './delongTest.ts';
export { effectiveRank } from './effectiveRank.ts';
export type { FeatureRows } from './featureRows.ts';
export type { LogitScale } from './fitLogistic.ts';
export { fitPlatt } from './fitPlatt.ts';
export { fitTemperature } from './fitTemperature.ts';
export { holm } from './holm.ts';
export { kernelInceptionDistance, type KernelDistance } from './kernelInceptionDistance.ts';
export { linearCka } from './linearCka.ts';
export { macroAverage, type MacroAverage } from './macroAverage.ts';
export { macroBootstrap, type MacroInterval } from './macroBootstrap.ts';
export { mapIou } from './mapIou.ts';
export type { MapPlane } from './mapPlane.ts';
export { multiscaleStructuralSimilarity } from './multiscaleStructuralSimilarity.ts';
export { pairedBootstrapDifference } from './pairedBootstrapDifference.ts';
export { patientBootstrap, type BootstrapInterval, type BootstrapOptions } from './patientBootstrap.ts';
export { peakSignalToNoise } from './peakSignalToNoise.ts';
export { perFinding, type FindingColumn, type PerFinding } from './perFinding.ts';
export { pointingGame } from './pointingGame.ts';
export { precisionRecallCurve, type PrecisionRecallCurve } from './precisionRecallCurve.ts';
export type { ColumnOptions } from './rankColumn.ts';
export { rankCorrelation } from './rankCorrelation.ts';
export { reliabilityTable, type BinOptions, type ReliabilityBin } from './reliabilityTable.ts';
export { restrictTo } from './restrictTo.ts';
export { rocCurve, type RocCurve } from './rocCurve.ts';
export { scaleLogits } from './scaleLogits.ts';
export { sensitivityAtSpecificity } from './sensitivityAtSpecificity.ts';
export { specificityAtSensitivity } from './specificityAtSensitivity.ts';
export { structuralSimilarity } from './structuralSimilarity.ts';
export { subgroupTable, type SubgroupRow } from './subgroupTable.ts';
export type { ThresholdCriterion } from './thresholdCriterion.ts';
export { uniformity } from './uniformity.ts';
export type { WeightedStatistic } from './weightedStatistic.ts';
