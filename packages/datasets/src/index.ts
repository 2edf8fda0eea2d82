/**
 * Chest radiographs from bytes: image files to greyscale, label files to records, records to labels and splits.
 *
 * @module
 */
export { decodeImage, type DecodeImageOptions } from './decodeImage.ts';
export { detectFormat, type FileFormat } from './detectFormat.ts';
export { decodeDicom, type DecodeDicomOptions, type DicomImage } from './dicom/decodeDicom.ts';
export type { DicomVoi } from './dicom/applyVoi.ts';
export { dicomRecord } from './dicom/dicomRecord.ts';
export type { Inflate } from './inflateZlib.ts';
export type { JpegDecoder, JpegSamples } from './decodeJpeg.ts';
export { formatCsv, type Cell } from './formatCsv.ts';
export { readTable, type Table, type TableRow } from './readTable.ts';
export { plainCsvRecords, type PlainCsvOptions } from './plainCsvRecords.ts';
export { nihRecords, NIH_FINDINGS, type NihLists } from './nihRecords.ts';
export { chexpertRecords, CHEXPERT_FINDINGS } from './chexpertRecords.ts';
export { mimicRecords, type MimicTables } from './mimicRecords.ts';
export { vindrRecords, type VindrOptions, type VindrTables } from './vindrRecords.ts';
export { rsnaRecords, type RsnaTables } from './rsnaRecords.ts';
export { siimRecords } from './siimRecords.ts';
export { decodeRunLength } from './decodeRunLength.ts';
export { folderRecords, type FolderOptions } from './folderRecords.ts';
export type { DroppedRecords, RecordSelection, Unmatched } from './recordSelection.ts';
export { filterRecords } from './filterRecords.ts';
export { locateRecords, type LocateOptions } from './locateRecords.ts';
export { applyLabelPolicy, type FindingCounts, type LabelMatrix, type LabelPolicy } from './applyLabelPolicy.ts';
export { patientsOf } from './patientsOf.ts';
export { measureQuality, type ImageQuality } from './quality/measureQuality.ts';
export { reviewOrientation, type OrientationReview, type OrientationVerdict } from './quality/reviewOrientation.ts';
export { planBatches, stepsPerEpoch, type BatchPlan } from './planBatches.ts';
export { splitByPatient } from './splitByPatient.ts';
export { findPatientOverlap, type PatientOverlap } from './findPatientOverlap.ts';
export { findNearDuplicates, type NearDuplicate, type NearDuplicateOptions, type NearDuplicates } from './findNearDuplicates.ts';
export { shiftedCorrelation } from './shiftedCorrelation.ts';
