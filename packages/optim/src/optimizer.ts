import type { Tensor } from '@tensorflow/tfjs-core';

/** Tensors by parameter name; a `Map` of variables fits. */
export type NamedTensors = ReadonlyMap<string, Tensor>;

/** What an optimiser remembers between steps: named tensors and a number, so a checkpoint can hold it. */
export interface OptimizerState {
  /** One tensor a parameter in each slot, such as `momentum`. */
  readonly slots: Readonly<Record<string, NamedTensors>>;
  /** How many updates were made. */
  readonly step: number;
}

/** What may change from step to step. */
export interface Hyperparameters {
  readonly learningRate: number;
}

/** What an update returns: new tensors throughout, which belong to the caller. */
export interface OptimizerUpdate {
  readonly parameters: Map<string, Tensor>;
  readonly state: OptimizerState;
}

/**
 * An optimiser as a pair of pure functions. Everything is matched by parameter name, never by position.
 *
 * `update` borrows all it is given and returns new tensors for every parameter and slot, those without a gradient included:
 * the caller assigns the parameters, and disposes of the old state and of what was returned, with no case to tell apart.
 * A parameter without a gradient keeps its value and its slots; weight decay does not touch it either (as in PyTorch).
 */
export interface Optimizer {
  init(parameters: NamedTensors): OptimizerState;
  update(gradients: NamedTensors, state: OptimizerState, parameters: NamedTensors, hyper: Hyperparameters): OptimizerUpdate;
}

/** Chooses parameters, by name or by what they are: `(name, parameter) => parameter.rank > 1` leaves out biases and batch-norm. */
export type ParameterFilter = (name: string, parameter: Tensor) => boolean;
