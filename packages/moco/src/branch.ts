import { keep, tidy, variable, type Tensor } from '@tensorflow/tfjs-core';
import { disposeTensors, type Parameters, type Statistics } from '@cxr-ifa/tensor';

/** One of the two encoders with its head. */
export interface Branch {
  readonly encoder: Parameters;
  readonly head: Parameters;
  statistics: Statistics;
}

/** A branch of its own with the same values. */
export function copyBranch({ encoder, head, statistics }: Branch): Branch {
  const copy = (parameters: Parameters): Parameters => new Map([...parameters].map(([name, parameter]) => [name, tidy(() => variable(parameter))]));
  return { encoder: copy(encoder), head: copy(head), statistics: mapValues(statistics, (value) => keep(value.clone())) };
}

/** All that the optimiser moves, under the names `encoder.*` and `head.*`. */
export function trainable({ encoder, head }: Branch): Parameters {
  return new Map([['encoder', encoder] as const, ['head', head] as const].flatMap(([part, parameters]) => [...parameters].map(([name, parameter]) => [`${part}.${name}`, parameter] as const)));
}

/** Gives the parameters their new values, and frees the tensors these came in. */
export function assignAndDispose(parameters: Parameters, values: ReadonlyMap<string, Tensor>): void {
  for (const [name, parameter] of parameters) parameter.assign(values.get(name) as Tensor);
  disposeTensors(values);
}

/** The name in a checkpoint of a trainable tensor: `encoder.conv1.weight` of the query is `encoder_q.conv1.weight`. */
export function snapshotName(name: string, branch: 'q' | 'k'): string {
  return name.replace(/^(encoder|head)\./, `$1_${branch}.`);
}

export function mapValues<Value, Result>(map: ReadonlyMap<string, Value>, f: (value: Value, name: string) => Result): ReadonlyMap<string, Result> {
  return new Map([...map].map(([name, value]) => [name, f(value, name)]));
}
