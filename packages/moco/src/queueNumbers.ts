/**
 * How a queue stands, and the contrast against it:
 * - `queueFill`: the share of its keys that are real, and not of its random start;
 * - `queueAge`: the age of its oldest real key, in steps;
 * - `relativeInfoNce`: InfoNCE over ln(K + 1), which is what an encoder has to which all images look alike.
 */
export function queueNumbers({ size, filled }: { readonly size: number; readonly filled: number }, batchSize: number, infoNce: number): { queueFill: number; queueAge: number; relativeInfoNce: number } {
  return { queueFill: filled / size, queueAge: filled / batchSize, relativeInfoNce: infoNce / Math.log(size + 1) };
}
