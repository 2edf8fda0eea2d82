import type { Verdict } from '@cxr-ifa/moco';
import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { differingSettings, finalFigures } from './comparePretraining.ts';
import type { EmbeddingMap } from './embeddingMap.ts';
import { renderReport, type PretrainingPart, type ReportContent } from './renderReport.ts';
import type { Picture } from './picture.ts';

const picture = (shade: number): Picture => ({ pixels: Float32Array.from({ length: 12 }, (_, i) => (i === 0 ? -1 : i === 11 ? 2 : shade)), width: 4, height: 3 });
const image = (name: string, shade: number) => ({ name, picture: picture(shade), findings: name === 'a.png' ? ['nodule', 'effusion'] : [] });

const pretraining: PretrainingPart = {
  name: 'runs/ifa',
  facts: [['Steps', '400']],
  metrics: Array.from({ length: 400 }, (_, i) => ({ step: i + 1, loss: 6 - i / 100, infoNce: 5 - i / 100, 'ifa.layer1': 0.4, 'ifa.layer4': 0.5, accuracyTop1: i / 400, learningRate: 0.03 })),
  queueSize: 512,
  views: [{ name: 'a.png', original: picture(0.5), query: picture(0.25), key: picture(0.75) }],
  config: { arch: 'resnet18', nested: { list: [1, 2], nothing: null } },
  card: { seed: 1 },
};
const probe = (name: string, value: number | null) => ({
  name,
  trainingImages: 80,
  trainingPatients: 40,
  testImages: 20,
  testPatients: 10,
  bootstrap: { samples: 2000, confidence: 0.95 },
  findings: [{ finding: 'nodule', positives: 5, negatives: 15, auroc: { value, low: value && value - 0.1, high: value && value + 0.1 } }],
});
const map: EmbeddingMap = {
  method: 'UMAP',
  source: 'test images',
  points: [[0, 0], [4, 0], [4, 2]],
  groups: { by: 'known findings', names: ['nodule', 'no known finding'], of: [0, 1, 1] },
  pictures: [{ column: 0, row: 6, name: 'a.png', picture: picture(0.5) }, { column: 8, row: 0, name: 'b.png', picture: picture(0.4) }],
};
const content: ReportContent = {
  title: 'A report',
  program: 'cxr-ifa 1.2.3',
  pretraining: [pretraining],
  classification: [
    { name: 'runs/one', probe: probe('pretrained', 0.8125), counts: [['rows read', 120]], config: {}, card: {} },
    { name: 'runs/other', probe: probe('random encoder', 0.7), counts: [['rows read', 120]], config: {}, card: {} },
  ],
  detection: [],
  encoders: [{ name: 'one', source: 'test images', searched: 90, patientsKnown: true, map, rows: [{ query: image('a.png', 0.5), neighbours: [{ ...image('b.png', 0.4), similarity: 0.98765 }] }] }],
  differences: [{ first: 'pretrained', second: 'random encoder', finding: 'nodule', difference: { value: 0.1125, low: -0.02, high: 0.25 } }],
};
/** As much of a browser's element as is looked at here: Node has none. */
interface PageElement {
  readonly children: Iterable<PageElement>;
  readonly textContent: string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}
const parse = (page: string): ReturnType<typeof parseHTML>['document'] => parseHTML(page).document;

describe('renderReport', () => {
  it('needs nothing from anywhere: no script, no address but the pictures inside it', () => {
    const page = renderReport(content);
    const document = parse(page);
    expect(document.querySelectorAll('script, link, iframe').length).toBe(0);
    const sources = [...document.querySelectorAll('[src], [href]')].map((element) => element.getAttribute('src') ?? element.getAttribute('href') ?? '');
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect(source).toMatch(/^data:image\/png;base64,/);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '').replaceAll('http://www.w3.org/1999/xlink', '')).not.toMatch(/https?:\/\/|url\((?!#)/);
  });

  it('draws a curve for what was logged and none for what was not', () => {
    const titles = [...parse(renderReport(content)).querySelectorAll('.panel h5')].map(({ textContent }) => textContent);
    expect(titles).toEqual(['Loss', 'IFA terms', 'Instance accuracy', 'Learning rate']);
  });

  it('draws the values where the scales say they are', () => {
    const rows = Array.from({ length: 101 }, (_, step) => ({ step, learningRate: step === 0 ? 0 : 10 }));
    const panel = parse(renderReport({ ...content, pretraining: [{ ...pretraining, metrics: rows }] })).querySelector('.panel');
    const path = panel?.querySelector('[aria-label="line"] path')?.getAttribute('d') ?? '';
    const points = [...path.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    expect(points).toHaveLength(101);
    const [first, second, last] = [points[0], points[1], points.at(-1)] as [readonly [number, number], readonly [number, number], readonly [number, number]];
    expect(first[1] - second[1]).toBeCloseTo(190 - 26 - 34, 3); // from the bottom to the top of the frame
    expect(last[1]).toBeCloseTo(second[1], 3);
    expect(last[0] - first[0]).toBeCloseTo(344 - 46 - 14, 3);
  });

  it('gives what it does not know a chart of its own', () => {
    const metrics = pretraining.metrics.map((row) => ({ ...row, 'probe.knn': 0.7, 'gradientNorm.layer1': 2, gradientNorm: 3, novelty: 1, epoch: 0 }));
    const document = parse(renderReport({ ...content, pretraining: [{ ...pretraining, metrics }] }));
    expect([...document.querySelectorAll('.panel h5')].map(({ textContent }) => textContent)).toEqual(['Loss', 'IFA terms', 'Instance accuracy', 'Probes', 'Gradient norms', 'Learning rate', 'novelty']);
    expect([...document.querySelectorAll('section h4')].map(({ textContent }) => textContent)).toEqual(['Loss', 'Telling images apart', 'Probes while training', 'Optimisation', 'Other numbers', 'Nearest neighbours']);
  });

  it('maps each embedding in the colour of its group, and its picture where it lies', () => {
    const document = parse(renderReport(content));
    const dots = [...document.querySelectorAll('.map circle')].map((dot) => [Number(dot.getAttribute('cx')), Number(dot.getAttribute('cy')), dot.getAttribute('fill')]);
    expect(dots).toHaveLength(3);
    const [nodule] = dots.filter(([, , fill]) => fill === 'var(--series-1)') as [[number, number, string]];
    const others = dots.filter(([, , fill]) => fill === 'var(--muted)') as [number, number, string][];
    expect(others.map(([x, y]) => [Math.sign(x - nodule[0]), Math.sign(nodule[1] - y)])).toEqual([[1, 0], [1, 1]]);
    expect([...document.querySelectorAll('.map .legend li')].map(({ textContent }) => textContent)).toEqual(['nodule (1)', 'no known finding (2)']);
    expect([...document.querySelectorAll('.atlas div')].map((cell) => [cell.getAttribute('style'), cell.querySelector('img')?.getAttribute('alt')])).toEqual([['grid-area:7/1', 'a.png'], ['grid-area:1/9', 'b.png']]);
  });

  it('begins with how training went, by which numbers, and what was not looked at', () => {
    const verdict: Verdict = { name: 'leak', sentence: 'Batch-norm gives the pairs away', evidence: ['accuracy is 0.9, by chance 0.002'], advice: 'Shuffle keys' };
    const sectionOf = (part: PretrainingPart): PageElement => parse(renderReport({ ...content, pretraining: [part] })).querySelector('main section') as unknown as PageElement;
    const section = sectionOf({ ...pretraining, verdict });
    expect(section.querySelector('h3')?.textContent).toBe('runs/ifa: leak');
    expect(section.querySelector('.verdict p')?.textContent).toBe('Batch-norm gives the pairs away. What to do: Shuffle keys.');
    expect([...section.querySelectorAll('li')].map(({ textContent }) => textContent)).toEqual(verdict.evidence);
    expect(section.textContent).toContain('no close looks');
    const closely = { ...pretraining, verdict, metrics: pretraining.metrics.map((row) => ({ ...row, embeddingStd: 1 })) };
    expect(sectionOf(closely).textContent).not.toContain('no close looks');
    expect(sectionOf({ ...pretraining, metrics: [] }).textContent).toContain('has logged no step yet');
  });

  describe('of several pre-training runs', () => {
    const other: PretrainingPart = { ...pretraining, name: 'runs/moco', metrics: pretraining.metrics.slice(0, 200).map(({ step, infoNce }) => ({ step: step as number, loss: infoNce as number, infoNce: infoNce as number })), config: { ...pretraining.config, ifa: 'none' } };
    const runs = [{ ...pretraining, config: { ...pretraining.config, ifa: 'released' } }, other];
    const neighbour = (name: string, similarity: number) => ({ ...image(name, 0.3), similarity });
    const comparison = {
      runs: runs.map(({ name, metrics, queueSize }) => ({ name, metrics, queueSize })),
      settings: differingSettings(runs),
      figures: finalFigures(runs),
      neighbours: [
        { name: 'runs/ifa', rows: [{ query: image('a.png', 0.5), neighbours: [neighbour('b.png', 0.9)] }, { query: image('only here.png', 0.5), neighbours: [] }] },
        { name: 'runs/moco', rows: [{ query: image('a.png', 0.5), neighbours: [neighbour('c.png', 0.8)] }] },
      ],
      similarity: { names: ['ifa', 'moco'], images: 30, values: [[1, 0.25], [0.25, undefined]] },
    };
    const document = parse(renderReport({ ...content, pretraining: runs, classification: [], comparison }));
    const rowsOf = (table: PageElement | undefined): (string | null)[][] => [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) => [...row.children].map(({ textContent }) => textContent));
    const tables = [...document.querySelectorAll('table:not(.settings)')];

    it('tells the settings that differ, final figures, and how alike the encoders are', () => {
      expect(rowsOf(tables[0])).toEqual([['--ifa', 'released', 'none']]);
      expect(rowsOf(tables[1]).slice(0, 4)).toEqual([
        ['Steps', '400', '200'],
        ['Loss: total', '2.205', '3.105'], // means over the last 40 and 20 steps
        ['Loss: InfoNCE', '1.205', '3.105'],
        ['IFA terms: layer1', '0.4', 'not logged'],
      ]);
      expect(rowsOf(tables[1]).find(([name]) => name === 'Instance accuracy')).toEqual(['Instance accuracy', '94.9 %', 'not logged']);
      expect(rowsOf(tables[2])).toEqual([['ifa', '1.000', '0.250'], ['moco', '0.250', 'not defined']]);
      expect(document.body.textContent).toContain('compare InfoNCE, not the total');
    });

    it('draws each number once, with a line a run', () => {
      const titles = [...document.querySelectorAll('.panel h5')].map(({ textContent }) => textContent);
      expect(titles).toEqual(['Loss: total', 'Loss: InfoNCE', 'IFA terms: layer1', 'IFA terms: layer4', 'Instance accuracy', 'Learning rate']);
      expect(new Set(document.querySelector('.panel')?.innerHTML.match(/var\(--series-\d\)/g))).toEqual(new Set(['var(--series-1)', 'var(--series-2)']));
    });

    it('shows the neighbours of the queries that all runs have, the query once', () => {
      const shown = [...document.querySelectorAll('.compared figure')].map((figure) => [...figure.querySelectorAll('img')].map((picture) => picture.getAttribute('alt')));
      expect(shown).toEqual([['query a.png', 'neighbour b.png', 'neighbour c.png']]);
      expect([...document.querySelectorAll('.row-title')].map(({ textContent }) => textContent)).toEqual(['runs/ifa', 'runs/moco']);
    });
  });

  it('shows estimates, intervals, differences and counts', () => {
    const cells = [...parse(renderReport(content)).querySelectorAll('table:not(.settings) tbody tr')].map((row) => [...row.children].map(({ textContent }) => textContent));
    expect(cells).toEqual([
      ['nodule', '0.813 (0.713 to 0.912)', '0.700 (0.600 to 0.800)', '5, 15'],
      ['nodule', '+0.113 (−0.020 to +0.250)'],
    ]);
  });

  it('says for which findings the interval excludes 0', () => {
    expect(renderReport(content)).toContain('excludes 0 for none of 1 finding');
    const difference = { ...content.differences[0], difference: { value: -0.1, low: -0.2, high: -0.01 } } as (typeof content.differences)[0];
    expect(renderReport({ ...content, differences: [difference, { ...difference, finding: 'effusion', difference: { value: null, low: null, high: null } }] })).toContain('excludes 0 for 1 (nodule) of 2 findings');
  });

  it('says what is not defined instead of drawing it', () => {
    const page = renderReport({ ...content, classification: [{ name: 'runs/one', counts: [], config: {}, card: {}, probe: probe('pretrained', null) }], differences: [] });
    expect(page).toContain('not defined');
    expect(parse(page).querySelector('.intervals')).toBeNull();
  });

  it('says why a part is missing', () => {
    const page = renderReport({ ...content, pretraining: [{ ...pretraining, metrics: [], views: { missing: 'the images are gone' } }], encoders: [{ missing: 'there is no checkpoint' }] });
    expect(page).toContain('Not shown: the images are gone.');
    expect(page).toContain('Not shown: there is no checkpoint.');
    expect(page).toContain('The run has logged no step yet.');
  });

  it('keeps names from outside text', () => {
    const name = '"><script>alert(1)</script>';
    const document = parse(renderReport({ ...content, title: name, pretraining: [{ ...pretraining, name, config: { [name]: name }, views: [{ name, original: picture(0), query: picture(0), key: picture(0) }] }] }));
    expect(document.querySelectorAll('script').length).toBe(0);
    expect(document.querySelector('h1')?.textContent).toBe(name);
    expect(document.querySelector('.strip img')?.getAttribute('alt')).toBe(`image ${name}`);
  });

  it('writes pictures as they are, cut to black and white', () => {
    const source = parse(renderReport(content)).querySelector('.strip img')?.getAttribute('src') ?? '';
    const { width, height, data } = decode(Buffer.from(source.replace(/^.*,/, ''), 'base64'));
    expect([width, height]).toEqual([4, 3]);
    expect([...data]).toEqual([0, ...Array<number>(10).fill(128), 255]);
  });
});
