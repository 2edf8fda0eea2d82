import { reportOptions } from '../options/reportOptions.ts';
import { defineCommand } from './command.ts';

/** `cxr-ifa report`: runs as one page. */
export const report = defineCommand({
  name: 'report',
  summary: 'write a page about runs: how training went, curves, views, maps of embeddings, nearest neighbours, probes; two or more pre-training runs are compared',
  operands: '<runs...>',
  options: reportOptions,
  examples: [
    ['cxr-ifa report runs/first', "curves, views and neighbours of a pre-training run, into runs/first/report.html"],
    ['cxr-ifa report runs/moco runs/ifa --out moco-ifa.html', 'two pre-training runs compared: settings that differ, curves over one another, neighbours of the same images'],
    ['cxr-ifa report runs/first runs/probe runs/floor --out report.html', 'and the probe of its encoder beside that of a random one'],
    ['cxr-ifa report runs/detector', 'curves of a detection run, and the images that it did best and worst on'],
  ],
  run: async (options, context) => (await import('../report/writeReport.ts')).writeReport(options, context),
});
