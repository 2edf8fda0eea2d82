import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { adamW, restoreSlots, slotTensors, type Optimizer, type OptimizerState } from '@cxr-ifa/optim';
import { disposeTensors, valueAndGradients, type Parameters } from '@cxr-ifa/tensor';

/**
 * Adam with the paper's moments (0 and 0.99). A network with a penalty every `interval` steps is updated interval + 1 times in as many steps, so that
 * rate and moments are those of interval / (interval + 1) of an update.
 * @see Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN, appendix B
 */
function lazyAdam(interval: number): { optimizer: Optimizer; share: number } {
  const share = interval > 0 ? interval / (interval + 1) : 1;
  return { optimizer: adamW({ beta1: 0, beta2: 0.99 ** share, weightDecay: 0 }), share };
}

/** A network's parameters and its optimiser's state, which it owns until `dispose()`. */
export class TrainedNetwork {
  readonly parameters: Parameters;
  readonly #optimizer: Optimizer;
  readonly #share: number;
  #state: OptimizerState;

  /** @param parameters Taken over. @param interval Steps between two penalties, 0 for none. */
  constructor(parameters: Parameters, interval: number) {
    this.parameters = parameters;
    const { optimizer, share } = lazyAdam(interval);
    this.#optimizer = optimizer;
    this.#share = share;
    this.#state = optimizer.init(parameters);
  }

  /** How many updates were made. */
  get updates(): number {
    return this.#state.step;
  }

  /** Moves the parameters down the gradient of a loss. @returns The auxiliary tensors, which belong to the caller. */
  update<Auxiliary extends Readonly<Record<string, Tensor>>>(f: () => { loss: Scalar; auxiliary: Auxiliary }, learningRate: number): Auxiliary {
    const { loss, gradients, auxiliary } = valueAndGradients(f, this.parameters);
    loss.dispose();
    const updated = this.#optimizer.update(gradients, this.#state, this.parameters, { learningRate: learningRate * this.#share });
    for (const [name, value] of updated.parameters) this.parameters.get(name)?.assign(value);
    disposeTensors(gradients, updated.parameters, ...Object.values(this.#state.slots));
    this.#state = updated.state;
    return auxiliary;
  }

  /** Parameters and slots under `<name>.*` and `<slot>.<name>.*`; borrowed. */
  tensors(name: string): Map<string, Tensor> {
    return new Map<string, Tensor>([...[...this.parameters].map(([key, value]) => [`${name}.${key}`, value] as const), ...slotTensors(this.#state, (slot, key) => `${slot}.${name}.${key}`)]);
  }

  /** Takes over values by the names of {@link tensors}, whose shapes were checked; borrowed. */
  restore(name: string, tensors: ReadonlyMap<string, Tensor>, updates: number): void {
    for (const [key, parameter] of this.parameters) parameter.assign(tensors.get(`${name}.${key}`) as Tensor);
    const restored = restoreSlots(this.#state, tensors, updates, (slot, key) => `${slot}.${name}.${key}`);
    disposeTensors(...Object.values(this.#state.slots));
    this.#state = restored;
  }

  dispose(): void {
    disposeTensors(this.parameters, ...Object.values(this.#state.slots));
  }
}
