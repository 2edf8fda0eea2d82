import type { WasmGlobal } from './hostTypes.ts';

type Call = (...numbers: number[]) => number;

/** The functions of `native/*.c` by their names; addresses are byte offsets in the shared memory. */
export interface KernelExports extends Readonly<Record<`unary_${string}` | `binary_${string}` | `reduce_${string}`, Call>> {
  readonly __heap_base: WasmGlobal;
  readonly __stack_pointer: WasmGlobal;
  readonly initialise_threads: Call;
  readonly arguments_address: Call;
  readonly arguments_length: Call;
  readonly multiply_add_ceiling: Call;
  readonly vector_floats: Call;
  readonly matmul_scratch: Call;
  readonly matmul: Call;
  readonly convolution_scratch: Call;
  readonly convolution: Call;
  readonly convolution_input_gradient_scratch: Call;
  readonly convolution_input_gradient: Call;
  readonly convolution_filter_gradient_scratch: Call;
  readonly convolution_filter_gradient: Call;
  readonly depthwise: Call;
  readonly depthwise_input_gradient: Call;
  readonly depthwise_filter_gradient_scratch: Call;
  readonly depthwise_filter_gradient: Call;
  readonly batch_norm_scratch: Call;
  readonly batch_norm_training: Call;
  readonly batch_norm_training_gradient: Call;
  readonly batch_norm_inference: Call;
  readonly softmax: Call;
  readonly max_pool: Call;
  readonly max_pool_gradient: Call;
  readonly average_pool: Call;
  readonly average_pool_gradient: Call;
  readonly copy_box: Call;
  readonly fill: Call;
  readonly gather: Call;
  readonly transpose: Call;
  readonly resize_bilinear: Call;
  readonly resize_bilinear_gradient: Call;
  readonly resize_nearest: Call;
  readonly transform_images: Call;
  readonly list_block: Call;
  readonly sgd_momentum_list: Call;
  readonly adam_list: Call;
  readonly momentum_update_list: Call;
  readonly cosine_map: Call;
  readonly cosine_map_gradient: Call;
  readonly info_nce_scratch: Call;
  readonly info_nce_queue: Call;
}
