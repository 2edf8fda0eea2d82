import type { ImageRecord } from '@cxr-ifa/tensor';
import { textOf } from './elementValues.ts';
import { readDicomFile } from './readDicomFile.ts';

const TAGS = { sex: 0x00100040, patient: 0x00100020, age: 0x00101010, view: 0x00185101, study: 0x0020000d } as const;
/** The first tag behind those. */
const BEHIND = 0x0020000e;
const YEARS: Readonly<Record<string, number>> = { Y: 1, M: 1 / 12, W: 7 / 365.25, D: 1 / 365.25 };
/** A deflated header that has more is made to exhaust the memory. */
const MAXIMUM_LENGTH = 2 ** 28;

/**
 * Reads from a DICOM file's header what a record holds: patient, study, view position, sex (`M`, `F`, `O`) and age in years. Name, birth date and all other UIDs are not read.
 *
 * **The patient's id and the study's UID identify a person**: they are there to group images, and must be pseudonymised before anything is written.
 *
 * @param bytes The file, or as much of its beginning as holds these elements (64 kB nearly always do; a deflated file must be whole).
 * @param path The record's path.
 * @throws {InputError} If it is no DICOM file, or damaged before these elements.
 */
export async function dicomRecord(bytes: Uint8Array, path: string): Promise<ImageRecord> {
  const { dataSet } = await readDicomFile(bytes, { maximumLength: MAXIMUM_LENGTH, before: BEHIND });
  const { age, ...texts } = Object.fromEntries(Object.entries(TAGS).map(([name, tag]) => [name, textOf(dataSet, tag)]));
  const known = Object.entries(texts).filter(([, value]) => value !== undefined);
  const years = ageInYears(age);
  return { path, ...Object.fromEntries(known), ...(years !== undefined && { age: years }), findings: {} };
}

/** `045Y`, `006M`, `003W`, `012D`; anything else says nothing. */
function ageInYears(age: string | undefined): number | undefined {
  const [, count, unit] = /^(\d{1,3})([YMWD])$/.exec(age ?? '') ?? [];
  return count === undefined ? undefined : Number(count) * (YEARS[unit as string] as number);
}
