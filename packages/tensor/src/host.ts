/** Reads a file's bytes by its path; how is the host's business. */
export type ByteSource = (path: string) => Promise<Uint8Array>;

/** The part of `AbortSignal` that long work looks at; an `AbortSignal` fits. */
export interface CancelSignal {
  readonly aborted: boolean;
}
