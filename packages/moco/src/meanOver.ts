import { add, mul, type Tensor } from '@tensorflow/tfjs-core';
import { disposeTensors } from '@cxr-ifa/tensor';
import { mapValues } from './branch.ts';

/** Tensors by name, in groups. */
type Groups = Readonly<Record<string, ReadonlyMap<string, Tensor>>>;

/**
 * The mean of what the parts of a batch give, name by name, one part after the other: two parts' tensors are held at the most.
 *
 * @param parts How many parts there are, at least 1.
 * @param compute What a part gives; it is taken over. A tensor that a part lacks counts as 0.
 * @returns The means, which belong to the caller; of one part they are what it gave.
 */
export function meanOver<Result extends Groups>(parts: number, compute: (part: number) => Result): Result {
  let sum = compute(0);
  if (parts === 1) return sum;
  try {
    for (let part = 1; part < parts; part++) {
      const [before, next] = [sum, compute(part)];
      sum = mapGroups(before, (group, name) => addByName(group, next[name] as Groups[string]));
      for (const groups of [before, next]) disposeTensors(...Object.values(groups));
    }
    return mapGroups(sum, (group) => mapValues(group, (value) => mul(value, 1 / parts)));
  } finally {
    disposeTensors(...Object.values(sum));
  }
}

function mapGroups<Result extends Groups>(groups: Result, f: (group: Groups[string], name: string) => Groups[string]): Result {
  return Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, f(group, name)])) as Result;
}

/** Sums of what both have, and what only one has. */
function addByName(a: Groups[string], b: Groups[string]): Groups[string] {
  const names = new Set([...a.keys(), ...b.keys()]);
  return new Map([...names].map((name) => {
    const [one, other] = [a.get(name), b.get(name)];
    return [name, one && other ? add(one, other) : ((one ?? other) as Tensor).clone()];
  }));
}
