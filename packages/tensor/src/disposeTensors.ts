import type { Tensor } from '@tensorflow/tfjs-core';

/** Disposes of every tensor in the given collections, skipping those that are gone already. */
export function disposeTensors(...collections: readonly (Iterable<Tensor> | ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>)[]): void {
  for (const collection of collections) {
    const tensors = collection instanceof Map ? collection.values() : Symbol.iterator in collection ? collection : Object.values(collection);
    for (const tensor of tensors as Iterable<Tensor>) if (!tensor.isDisposed) tensor.dispose();
  }
}
