import { util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
import type { TrainingBackend } from './trainingBackend.ts';

type Scalar = 'f32' | 'i32' | 'u32';

/** A kernel in WGSL. Unlike tfjs's own programs it may have several outputs, and its source depends on no shape: one pipeline a kernel. */
export interface Program {
  /** Says which it is; a variant of a kernel has a name of its own. */
  readonly name: string;
  /** Buffers that it reads, in order, with the type of their numbers. */
  readonly inputs: Readonly<Record<string, 'f32' | 'i32'>>;
  /** Buffers that it writes, in order. */
  readonly outputs: Readonly<Record<string, 'f32' | 'i32'>>;
  /** Single numbers, in order: `uniforms.name`. */
  readonly uniforms: Readonly<Record<string, Scalar>>;
  /** Invocations in a workgroup. @default {64} */
  readonly workgroupSize?: number;
  /** Functions and shared memory. */
  readonly declarations?: string;
  /** The body; it sees `index` (over all invocations), `group` and `local`. */
  readonly body: string;
}

/** What an output is. */
export interface OutputSpec {
  readonly shape: readonly number[];
  readonly dtype?: DataType;
}

const DEFAULT_WORKGROUP = 64;
const UNIFORM_TYPES: Readonly<Record<Scalar, string>> = { f32: 'float32', i32: 'int32', u32: 'uint32' };

/** The parts of tfjs's backend (4.22.0) that are private to it and that a program of ours needs. */
interface Internals {
  readonly pipelineCache: Record<string, Pipeline>;
  readonly commandQueueOwnedIds: WeakSet<object>;
  readonly device: {
    readonly limits: { readonly maxComputeWorkgroupsPerDimension: number };
    createShaderModule(descriptor: { code: string; label: string }): unknown;
    createComputePipeline(descriptor: object): Pipeline;
    createBindGroup(descriptor: object): unknown;
  };
  readonly commandEncoder: { beginComputePass(descriptor: object): Pass };
  computePassEncoder: Pass | null;
  dispatchCountInPass: number;
  activeTimers?: unknown;
  tensorToBinding(tensor: TensorInfo): object;
  makeUniforms(uniforms: { type: string; data: number[] }[]): object;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}
interface Pipeline {
  getBindGroupLayout(index: number): unknown;
}
interface Pass {
  setPipeline(pipeline: Pipeline): void;
  setBindGroup(index: number, group: unknown): void;
  dispatchWorkgroups(x: number, y: number): void;
}

/** As many commands as tfjs gathers before it submits them. */
const COMMANDS_A_SUBMISSION = 15;

/**
 * Runs a program over the command stream of tfjs's backend, so that it takes its turn among tfjs's own kernels.
 *
 * @param backend The backend.
 * @param program The kernel.
 * @param inputs Its inputs in order; borrowed, not empty.
 * @param outputs Shapes of its outputs, not empty.
 * @param uniforms Its numbers in order.
 * @param invocations How many; whole workgroups are started, so the body compares `index` with what there is to do.
 * @returns The outputs; they belong to the caller.
 */
export function runProgram(backend: TrainingBackend, program: Program, inputs: readonly TensorInfo[], outputs: readonly OutputSpec[], uniforms: readonly number[], invocations: number): TensorInfo[] {
  const types = Object.values(program.inputs);
  const typed = inputs.map((tensor, index) => (bufferType(backend, tensor) === types[index] ? tensor : convert(backend, tensor, types[index] as 'f32' | 'i32')));
  const results = record(backend, program, typed, outputs, uniforms, invocations);
  typed.forEach((tensor, index) => tensor !== inputs[index] && backend.disposeData(tensor.dataId));
  return results;
}

/** What the buffer of a tensor holds: tfjs casts integers and booleans to floats without touching them. */
function bufferType({ tensorMap }: TrainingBackend, { dataId }: TensorInfo): 'f32' | 'i32' {
  return tensorMap.get(dataId).dtype === 'float32' ? 'f32' : 'i32';
}

const CONVERSIONS: Readonly<Record<'f32' | 'i32', Program>> = { f32: conversion('i32', 'f32'), i32: conversion('f32', 'i32') };

function conversion(from: 'f32' | 'i32', to: 'f32' | 'i32'): Program {
  return { name: `${from} to ${to}`, inputs: { x: from }, outputs: { y: to }, uniforms: { size: 'u32' }, body: `if (index < uniforms.size) { y[index] = ${to}(x[index]); }` };
}

function convert(backend: TrainingBackend, tensor: TensorInfo, to: 'f32' | 'i32'): TensorInfo {
  const size = util.sizeFromShape(tensor.shape);
  return record(backend, CONVERSIONS[to], [tensor], [{ shape: tensor.shape, dtype: to === 'f32' ? 'float32' : 'int32' }], [size], size)[0] as TensorInfo;
}

function record(backend: TrainingBackend, program: Program, inputs: readonly TensorInfo[], outputs: readonly OutputSpec[], uniforms: readonly number[], invocations: number): TensorInfo[] {
  const internals = backend as unknown as Internals;
  const results = outputs.map(({ shape, dtype = 'float32' }) => backend.makeTensorInfo([...shape], dtype));
  for (const { dataId } of [...results, ...inputs]) {
    backend.uploadToGPU(dataId);
    internals.commandQueueOwnedIds.add(dataId);
  }
  const pipeline = (internals.pipelineCache[`cxr-ifa ${program.name}`] ??= compile(internals, program));
  const types = Object.values(program.uniforms);
  const bindings = [...inputs, ...results].map((tensor) => internals.tensorToBinding(tensor));
  bindings.push(internals.makeUniforms(uniforms.map((value, index) => ({ type: UNIFORM_TYPES[types[index] as Scalar], data: [value] }))));
  const bindGroup = internals.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: bindings.map((resource, binding) => ({ binding, resource })) });

  internals.ensureCommandEncoderReady();
  const pass = (internals.computePassEncoder ??= internals.commandEncoder.beginComputePass({}));
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  const groups = Math.ceil(invocations / (program.workgroupSize ?? DEFAULT_WORKGROUP));
  const columns = Math.min(groups, internals.device.limits.maxComputeWorkgroupsPerDimension);
  pass.dispatchWorkgroups(columns, Math.ceil(groups / columns));
  internals.dispatchCountInPass++;
  if (internals.dispatchCountInPass >= COMMANDS_A_SUBMISSION) {
    internals.endComputePassEncoder();
    internals.submitQueue();
  }
  return results;
}

/** Whether a tensor has no numbers: WebGPU binds no empty buffer, so kernels never see one. */
export function isEmpty({ shape }: TensorInfo): boolean {
  return util.sizeFromShape(shape) === 0;
}

function compile({ device }: Internals, program: Program): Pipeline {
  const module = device.createShaderModule({ code: sourceOf(program), label: program.name });
  return device.createComputePipeline({ compute: { module, entryPoint: 'main' }, label: program.name, layout: 'auto' });
}

function sourceOf({ inputs, outputs, uniforms, workgroupSize = DEFAULT_WORKGROUP, declarations = '', body }: Program): string {
  const buffers = [...Object.entries(inputs).map(([name, type]) => `var<storage, read> ${name}: array<${type}>;`), ...Object.entries(outputs).map(([name, type]) => `var<storage, read_write> ${name}: array<${type}>;`)];
  return `
struct Uniforms { ${Object.entries(uniforms).map(([name, type]) => `${name}: ${type}`).join(', ')} };
${buffers.map((buffer, binding) => `@group(0) @binding(${binding}) ${buffer}`).join('\n')}
@group(0) @binding(${buffers.length}) var<uniform> uniforms: Uniforms;
${declarations}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) groupId: vec3<u32>, @builtin(num_workgroups) groupCounts: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let group = groupId.y * groupCounts.x + groupId.x;
  let index = group * ${workgroupSize}u + local;
${body}
}`;
}
