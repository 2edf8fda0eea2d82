import { describe, expect, it } from 'vitest';
import { curveChart, type Curve } from './curveChart.ts';

const curve: Curve = { points: [[0, 0], [0.25, 0.75], [1, 1]], band: [{ x: 0, low: 0, high: 0.1 }, { x: 0.5, low: 0.6, high: 0.9 }, { x: 1, low: 1, high: 1 }] };
const frame = { label: 'ROC of "nodule" onload=alert(1)', xLabel: 'false positive rate', yLabel: 'sensitivity', reference: 'diagonal' } as const;
const pathsOf = (svg: string): string[] => [...svg.matchAll(/ d="([^"]+)"/g)].map(([, path]) => path as string);

describe('curveChart', () => {
  it('draws reference, band and curve as a picture with a name', () => {
    const svg = curveChart(curve, frame).html;
    expect(svg).toContain('role="img"');
    expect(svg).toContain('aria-label="ROC of &quot;nodule&quot; onload=alert(1)"');
    expect(svg).toContain('false positive rate');
    expect(svg).toContain('sensitivity');
    expect(pathsOf(svg).filter((path) => path.endsWith('Z'))).toHaveLength(1); // the band alone is an area
  });

  it('joins points by lines, or by steps where lines would flatter', () => {
    const corners = (form: 'line' | 'steps') => (pathsOf(curveChart(curve, { ...frame, form }).html).at(-1) as string).split(/[LHV]/).length;
    expect(corners('steps')).toBeGreaterThan(corners('line'));
  });

  it('draws bars at dots', () => {
    const svg = curveChart(curve, { ...frame, form: 'dots' }).html;
    expect(svg.match(/<circle/g)).toHaveLength(curve.points.length);
    expect(pathsOf(svg).filter((path) => path.endsWith('Z'))).toHaveLength(0);
  });

  it('draws a level line where that is the reference', () => {
    const svg = curveChart(curve, { ...frame, reference: 0.3 }).html;
    expect(svg).toContain('stroke-dasharray="4 3"');
    expect(svg).not.toBe(curveChart(curve, { ...frame, reference: 0.6 }).html);
  });

  it('draws nothing but the frame of an empty curve', () => {
    expect(curveChart({ points: [], band: [] }, frame).html).toContain('role="img"');
  });
});
