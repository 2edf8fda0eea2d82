/** A number of bytes with three digits, such as `9.41 MB`; a thousand of one unit are the next. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${unit === 0 ? bytes : Number((bytes / 1000 ** unit).toPrecision(3))} ${units[unit]}`;
}
