/** What each engine is called in the tables. */
const COLUMNS = { stock: 'stock tfjs-webgpu', ours: 'ours', fp32: 'PyTorch fp32', tf32: 'TF32', amp: 'AMP' };

const bytes = (count) => (count == null ? '' : `, ${(count / 1e9).toFixed(2)} GB`);
const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const ratio = (of, base) => (of && base ? (of / base).toFixed(2) : '-');

/** Rows of one measurement: its name, and of each engine a number to compare by and the words for it. */
function rowsOf({ matMul, convolutions, training }) {
  const rate = (outcome, key) => (outcome?.result === undefined ? { words: outcome ? 'failed' : '-' } : { value: key ? outcome.result[key] : outcome.result, words: number(key ? outcome.result[key] : outcome.result) });
  return {
    'GFLOP/s': [
      ...matMul.map(({ job, by }) => ({ name: `matrix product, ${job} x ${job}`, cells: by((outcome) => rate(outcome)) })),
      ...convolutions.flatMap(({ job, by }) => [['forward', 'forward'], ['inputGradient', 'input gradient'], ['filterGradient', 'filter gradient']].map(([key, words]) => ({ name: `${job.name}: ${words}`, cells: by((outcome) => rate(outcome, key)) }))),
    ],
    'images a second (bytes on the GPU)': training.map(({ job, by }) => ({
      name: `${job.architecture}${job.width === 64 ? '' : ` of width ${job.width}`}, ${job.imageSize} px, batch ${job.batch}`,
      cells: by((outcome) => (outcome?.result ? { value: outcome.result.imagesPerSecond, words: `${number(outcome.result.imagesPerSecond)}${bytes(outcome.result.bytes)}` } : rate(outcome))),
    })),
  };
}

/** The results as Markdown: a table of rates and one of training, each with ours over stock, and ours over PyTorch where that was measured. */
export function formatResults({ jobs, engines, torch }) {
  const present = Object.keys(COLUMNS).filter((name) => engines[name] ?? torch?.precisions?.[name]);
  const outcomesOf = (name) => engines[name] ?? torch.precisions[name];
  const measured = (kind) => jobs[kind].map((job, index) => ({ job, by: (of) => Object.fromEntries(present.map((name) => [name, of(outcomesOf(name)[kind][index])])) }));
  const tables = rowsOf({ matMul: measured('matMul'), convolutions: measured('convolutions'), training: measured('training') });
  const bases = present.filter((name) => name !== 'ours');
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return Object.entries(tables).map(([unit, rows]) => [
    line([unit, ...present.map((name) => COLUMNS[name]), ...bases.map((name) => `ours / ${COLUMNS[name]}`)]),
    line(['---', ...present.map(() => '---'), ...bases.map(() => '---')]),
    ...rows.map(({ name, cells }) => line([name, ...present.map((engine) => cells[engine].words), ...bases.map((base) => ratio(cells.ours?.value, cells[base].value))])),
  ].join('\n')).join('\n\n');
}

/** What failed, a line each: measurement, engine, reason. */
export function problemsOf({ jobs, engines, torch }) {
  const all = { ...engines, ...torch?.precisions };
  return Object.entries(all).flatMap(([engine, kinds]) => Object.entries(kinds).flatMap(([kind, outcomes]) => outcomes.flatMap(({ problem }, index) => (problem === undefined ? [] : [`${COLUMNS[engine]}, ${kind} ${nameOf(jobs[kind][index])}: ${problem}`]))));
}

function nameOf(job) {
  return typeof job === 'number' ? job : (job.name ?? `${job.architecture} ${job.imageSize} px batch ${job.batch}`);
}
