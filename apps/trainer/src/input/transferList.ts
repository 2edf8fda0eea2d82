/** The memory of a result's arrays, to be moved with it from thread to thread and not copied. */
export function transferList(result: object): ArrayBuffer[] {
  return Object.values(result)
    .filter((value) => value instanceof Float32Array)
    .map(({ buffer }) => buffer as ArrayBuffer);
}
