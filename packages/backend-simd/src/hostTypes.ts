/** What this package needs of its host beyond ES2022: WebAssembly and, for threads, workers. Declared here, module by module, so that nothing else leaks in. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface WasmGlobal {
  value: number;
}

export interface WasmHost {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Promise<{ readonly exports: unknown }>;
}

/** What the worker needs to take part in the work. */
export interface WorkerStart {
  readonly module: object;
  readonly memory: WasmMemory;
  readonly thread: number;
  readonly stackTop: number;
}
