import type { JSX } from 'preact';
import { ConfirmButton } from '../app/ConfirmButton.tsx';
import { report } from '../app/notices.ts';
import { Progress } from '../app/Progress.tsx';
import { useEncoder } from '../encoder/openEncoderFile.ts';
import { download } from '../output/download.ts';
import { forgetRun, goOn, pause, runCheckpoint, running, verdict } from './pretrainState.ts';
import type { RunSummary } from './run.ts';
import { RunPlot } from './RunPlot.tsx';

const PANELS = [
  { title: 'Loss', series: ['loss', 'infoNce'] },
  { title: 'Telling pairs from others', series: ['accuracyTop1', 'relativeInfoNce'] },
  { title: 'Maps of a pair (cosine)', series: ['similarity.layer1', 'similarity.layer4'] },
  { title: 'Spread of embeddings', series: ['embeddingStd'] },
] as const;

/** The kept run: how far, how well, and what to do with it. */
export function RunPanel({ run }: { readonly run: RunSummary }): JSX.Element {
  const { plan, step, rows } = run;
  const { steps, batchSize, ifa } = plan.settings;
  const speed = rows.slice(-10).map((row) => row['imagesPerSecond'] as number);
  const rate = speed.reduce((sum, value) => sum + value, 0) / speed.length;
  const name = `${plan.table.architecture}-step-${String(step).padStart(8, '0')}.safetensors`;
  const act = (work: () => Promise<unknown>) => () => void work().catch(report);
  return (
    <>
      <div class="bar">
        <h2>Run</h2>
        {running.value
          ? <button type="button" onClick={act(pause)}>Pause</button>
          : <button type="button" class="primary" disabled={step >= steps} onClick={act(goOn)}>{step === 0 ? 'Train' : 'Resume'}</button>}
        <button type="button" disabled={running.value} onClick={act(async () => download(name, await runCheckpoint()))}>Download checkpoint</button>
        <button type="button" disabled={running.value || step === 0} onClick={act(async () => useEncoder({ name, bytes: await runCheckpoint() }))}>Use as encoder</button>
        <ConfirmButton class="danger" disabled={running.value} question="Delete the run?" consequence={`Its checkpoint of step ${step} and the small copies of its ${plan.images} images are deleted from this browser. This cannot be undone.`} action="Delete it" onConfirm={act(forgetRun)}>Delete…</ConfirmButton>
      </div>
      <Progress label="Step" done={step} total={steps} />
      <p class="muted" data-testid="run-state">{running.value ? 'Training' : step >= steps ? 'Done' : 'Paused'} at step {step}: {plan.table.architecture} of width {plan.table.width}, {plan.images} images of {plan.preprocessing.imageSize} pixels, batches of {batchSize}, {plan.queueSize} keys, IFA {ifa}{Number.isFinite(rate) ? `; ${rate.toFixed(0)} images a second` : ''}{Number.isFinite(rate) && step < steps ? `, ${timeLeft(((steps - step) * batchSize) / rate)} left` : ''}</p>
      {verdict.value && (
        <div class={`verdict ${verdict.value.name === 'normal' ? 'good' : verdict.value.name === 'too early' ? '' : 'bad-news'}`} data-testid="verdict">
          <strong role="status">{verdict.value.sentence}.</strong>
          {verdict.value.advice && <p>{verdict.value.advice}.</p>}
          <ul>{verdict.value.evidence.map((text) => <li key={text}>{text}</li>)}</ul>
        </div>
      )}
      <div class="plots">{PANELS.map(({ title, series }) => <RunPlot key={title} title={title} series={series} rows={rows} />)}</div>
    </>
  );
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
