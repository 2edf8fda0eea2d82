/** The memory of a result's arrays, those of its parts too, to be moved with it from thread to thread and not copied. */
export function transferList(result: object): ArrayBuffer[] {
  return Object.values(result).flatMap((value: unknown) => {
    if (value instanceof Float32Array) return [value.buffer as ArrayBuffer];
    return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) ? transferList(value) : [];
  });
}
