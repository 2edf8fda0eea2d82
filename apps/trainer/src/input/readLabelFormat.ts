import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { locateRecords, type RecordSelection } from '@cxr-ifa/datasets';
import { InputError } from '@cxr-ifa/tensor';
import { joinSelections } from './joinSelections.ts';
import { LABEL_FORMATS, type LabelFormat, type LabelFormatName, type TableGroup } from './labelFormats.ts';
import { readText } from './readText.ts';

/**
 * Reads the labels of a public data set and joins them with its images.
 *
 * @param name Which data set.
 * @param labels One of its label files, which is read with those that belong to it and lie beside it; or the folder of all of them.
 * @param images The paths of the images that there are.
 * @throws {InputError} If there is no such file, two could be meant, or one cannot be read.
 */
export async function readLabelFormat(name: LabelFormatName, labels: string, images: readonly string[]): Promise<RecordSelection> {
  const format: LabelFormat = LABEL_FORMATS[name];
  const isFolder = await stat(labels).then((found) => found.isDirectory(), () => {
    throw new InputError(`Cannot read the labels as there is no folder or file ${labels}`);
  });
  const folder = isFolder ? labels : dirname(labels);
  const names = (await readdir(folder)).sort();
  const given = isFolder ? undefined : basename(labels);
  const groups = given === undefined ? format.groups.filter((group) => isThere(group, names)) : [groupOf(format, given)];
  if (groups.length === 0) throw new InputError(`Cannot read the labels of the format ${name} as ${folder} holds no file such as ${format.groups.map((group) => Object.values(group.files)[0]?.example).join(' or ')}: name it with --labels`);
  const selections = await Promise.all(groups.map(async (group) => group.read(await readGroup(group, folder, names, given), images)));
  return locateRecords(joinSelections(selections), images, { parts: format.parts });
}

const filesOf = (names: readonly string[], pattern: RegExp): string[] => names.filter((name) => pattern.test(name));

function isThere({ files, anyOf }: TableGroup, names: readonly string[]): boolean {
  const needed = Object.values(files).slice(0, anyOf ? undefined : 1);
  return needed.some(({ pattern }) => filesOf(names, pattern).length > 0);
}

/** The group that a file belongs to by its name; a file with a name of its own is taken for the first. */
function groupOf({ groups }: LabelFormat, given: string): TableGroup {
  return groups.find(({ files }) => Object.values(files).some(({ pattern }) => pattern.test(given))) ?? (groups[0] as TableGroup);
}

async function readGroup({ files, anyOf }: TableGroup, folder: string, names: readonly string[], given: string | undefined): Promise<Record<string, string | undefined>> {
  const roles = Object.entries(files);
  const own = given === undefined ? undefined : (roles.find(([, { pattern }]) => pattern.test(given)) ?? roles[0])?.[0];
  const texts = roles.map(async ([role, { pattern, example }], index): Promise<[string, string | undefined]> => {
    const found = role === own ? [given as string] : filesOf(names, pattern);
    if (found.length > 1) throw new InputError(`Cannot choose among ${found.join(' and ')} in ${folder}: name one of them with --labels`);
    if (found[0] === undefined && index === 0 && !anyOf) throw new InputError(`Cannot read ${given ?? folder} without the file ${example} beside it`);
    return [role, found[0] && (await readText(join(folder, found[0])))];
  });
  return Object.fromEntries(await Promise.all(texts));
}
