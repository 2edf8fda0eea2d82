import 'uplot/dist/uPlot.min.css';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot, { type AlignedData } from 'uplot';
import type { LogRow } from './run.ts';

const COLOURS = ['#5cc8b4', '#e69f00'];
const GRID = { stroke: '#26323d', width: 1 };
const AXIS = { stroke: '#9fb0be', grid: GRID, ticks: GRID, size: 52, font: '11px system-ui' };
const HEIGHT = 170;

/** A run's numbers over its steps. */
export function RunPlot({ title, series, rows }: { readonly title: string; readonly series: readonly string[]; readonly rows: readonly LogRow[] }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const data: AlignedData = [rows.map((row) => row['step'] as number), ...series.map((name) => rows.map((row) => row[name] ?? null))];
  const shown = series.filter((name) => rows.some((row) => row[name] !== undefined));
  const latest = series.map((name) => [name, rows.findLast((row) => row[name] !== undefined)?.[name]] as const).filter(([, value]) => value !== undefined);
  useEffect(() => {
    const element = box.current as HTMLDivElement;
    plot.current = new uPlot(
      { width: element.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { show: false }, scales: { x: { time: false } }, axes: [{ ...AXIS, size: 30 }, AXIS], series: [{}, ...series.map((label, index) => ({ label, stroke: COLOURS[index] as string, width: 1.8, spanGaps: true, points: { show: false } }))] },
      data,
      element,
    );
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(data), [rows]);
  return (
    <figure class="plot" role="img" aria-label={`${title} over ${rows.length} steps${latest.map(([name, value]) => `; ${name} is now ${value?.toPrecision(3)}`).join('')}`}>
      <figcaption><strong>{title}</strong>{shown.map((name) => <span key={name}><i style={{ background: COLOURS[series.indexOf(name)] }} />{name} {latest.find(([key]) => key === name)?.[1]?.toPrecision(3)}</span>)}</figcaption>
      <div ref={box} />
    </figure>
  );
}
