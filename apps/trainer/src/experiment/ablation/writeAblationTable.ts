import { join } from 'node:path';
import { formatCsv } from '@cxr-ifa/datasets';
import { formatTable } from '../../output/formatTable.ts';
import { atomicWrite } from '../../run/atomicWrite.ts';
import { writeJson } from '../../run/runDirectory.ts';
import type { Terminal } from '../../terminal.ts';
import { tableDifferences, tableRows, type Difference, type FinishedCells, type TableRow } from './ablationTable.ts';
import { readCellPredictions } from './cellPredictions.ts';
import { readCellRow } from './cellRow.ts';
import type { Grid } from './grid.ts';
import type { CellPlan } from './trainCell.ts';

/** What {@link writeAblationTable} works with. */
export interface AblationTableOptions {
  readonly grid: Pick<Grid, 'comparisons'>;
  readonly rowsFolder: string;
  readonly samples: number;
  readonly terminal: Terminal;
}

/** Writes `table.csv`, `table.json` and `table.md` of the cells that are finished, and prints the differences. */
export async function writeAblationTable(plans: readonly CellPlan[], { grid, rowsFolder, samples, terminal }: AblationTableOptions): Promise<void> {
  const configurations = await finishedCells(plans, rowsFolder);
  const rows = tableRows(configurations);
  const { differences, missing } = tableDifferences(configurations, grid.comparisons, samples);
  await atomicWrite(join(rowsFolder, 'table.csv'), formatCsv([['cell', 'task', 'finding', 'method', 'fraction', 'seeds', 'auroc', 'lowest seed', 'highest seed'], ...rows.map(({ name, task, finding, method, fraction, seeds, auroc, lowest, highest }) => [name, task, finding, method, fraction, seeds, auroc ?? undefined, lowest ?? undefined, highest ?? undefined])]));
  await writeJson(join(rowsFolder, 'table.json'), { rows, differences, missing });
  await atomicWrite(join(rowsFolder, 'table.md'), markdown(configurations.map(({ name }) => name), rows, differences));
  const cells = differences.map(({ first, second, task, finding, method, fraction, difference }) => [`${first} - ${second}`, task, finding, method, percent(fraction), signed(difference.value), `${signed(difference.low)} to ${signed(difference.high)}`]);
  if (cells.length > 0) for (const line of formatTable([['difference', 'task', 'finding', 'probe', 'labels', 'AUROC', '95 % interval'], ...cells], { align: 'left' })) terminal.print(line);
  if (missing.length > 0) terminal.print(`Not compared yet, for want of finished cells or of their predictions in this --out: ${missing.join('; ')}`);
  terminal.print(`Rows and tables are in ${rowsFolder}`);
}

async function finishedCells(plans: readonly CellPlan[], rowsFolder: string): Promise<FinishedCells[]> {
  const byName = new Map<string, { name: string; rows: FinishedCells['rows'][number][]; predictions: FinishedCells['predictions'][number][] }>();
  for (const plan of plans) {
    const row = await readCellRow(rowsFolder, plan.cell, plan.basis);
    if (row === undefined) continue;
    const cells = byName.get(row.name) ?? { name: row.name, rows: [], predictions: [] };
    cells.rows.push(row);
    cells.predictions.push(await readCellPredictions(plan.folder));
    byName.set(row.name, cells);
  }
  return [...byName.values()];
}

const percent = (fraction: number): string => `${fraction * 100} %`;
const plain = (value: number | null): string => value?.toFixed(3) ?? '';
const signed = (value: number | null): string => (value === null ? '' : `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`);

/** A table a task, finding and probe: configurations down, shares of labels across; below, the differences. */
function markdown(names: readonly string[], rows: readonly TableRow[], differences: readonly Difference[]): string {
  const groups = [...new Map(rows.map((row) => [`${row.task}\n${row.finding}\n${row.method}`, row])).values()];
  const parts = groups.map(({ task, finding, method }) => {
    const own = rows.filter((row) => row.task === task && row.finding === finding && row.method === method);
    const fractions = [...new Set(own.map(({ fraction }) => fraction))];
    const cell = (name: string, fraction: number): string => {
      const row = own.find((other) => other.name === name && other.fraction === fraction);
      return row ? `${plain(row.auroc)}${row.seeds > 1 && row.lowest !== row.highest ? ` (${plain(row.lowest)} to ${plain(row.highest)})` : ''}` : '';
    };
    return [`**${task}, ${finding}, ${method}**`, '', `| | ${fractions.map(percent).join(' | ')} |`, `| --- |${fractions.map(() => ' --- |').join('')}`, ...names.map((name) => `| ${name} | ${fractions.map((fraction) => cell(name, fraction)).join(' | ')} |`), ''].join('\n');
  });
  const lines = differences.map(({ first, second, task, finding, method, fraction, difference: { value, low, high } }) => `| ${first} - ${second} | ${task}, ${finding} | ${method} | ${percent(fraction)} | ${signed(value)} | ${signed(low)} to ${signed(high)} |`);
  const table = lines.length > 0 ? ['**Differences, on the same test patients, draws and seeds**', '', '| | task | probe | labels | AUROC | 95 % interval |', '| --- | --- | --- | --- | --- | --- |', ...lines, ''].join('\n') : '';
  return `${[...parts, table].filter(Boolean).join('\n')}`;
}
