import { InputError, type InputErrorOptions } from '@cxr-ifa/tensor';

/** How a GPU fails while it computes; the value of a {@link GpuFailure}'s `code`. */
export type GpuFailureKind = 'GPU_LOST' | 'GPU_OUT_OF_MEMORY' | 'GPU_REFUSED';

const SENTENCES: Readonly<Record<GpuFailureKind, readonly [happened: string, advice: string]>> = {
  GPU_LOST: ['the GPU was lost', 'start again, and update its driver if it happens often'],
  GPU_OUT_OF_MEMORY: ["the GPU's memory does not suffice", 'use a smaller batch, image or encoder, or end other programs that use the GPU'],
  GPU_REFUSED: ['the GPU refused a command', 'please report it with the name of your graphics card'],
};

/**
 * The GPU failed while it computed, and whatever it held is lost: nothing can be read from the backend any more.
 * Known by its `code`, across copies of this package.
 */
export class GpuFailure extends InputError {
  readonly code: GpuFailureKind;

  constructor(code: GpuFailureKind, message: string, options?: InputErrorOptions) {
    const [happened, advice] = SENTENCES[code];
    super(`Cannot go on with the backend webgpu as ${happened} (${message.split('\n')[0]?.trim() || 'no reason given'}): ${advice}`, options);
    this.code = code;
  }
}

/** Whether a thrown value is a {@link GpuFailure}, of whichever copy of this package. */
export function isGpuFailure(error: unknown): error is GpuFailure {
  return error instanceof Error && String((error as { code?: unknown }).code) in SENTENCES;
}
