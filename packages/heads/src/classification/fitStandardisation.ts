import type { Features } from './features.ts';

/** float32's relative resolution: a dimension that varies less carries rounding only. */
const RESOLUTION = 2 ** -23;

/** Mean and (biased) deviation of each dimension; 1 where a dimension is constant, so that it is centred and otherwise left alone. */
export function fitStandardisation({ data, count, dimension }: Features): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(dimension);
  const deviation = new Float64Array(dimension);
  for (let index = 0; index < data.length; index++) mean[index % dimension] = (mean[index % dimension] as number) + (data[index] as number) / count;
  for (let index = 0; index < data.length; index++) {
    const d = index % dimension;
    deviation[d] = (deviation[d] as number) + ((data[index] as number) - (mean[d] as number)) ** 2 / count;
  }
  for (let d = 0; d < dimension; d++) {
    const root = Math.sqrt(deviation[d] as number);
    deviation[d] = root > RESOLUTION * Math.abs(mean[d] as number) ? root : 1;
  }
  return { mean, deviation };
}
