/** A number with three to four significant digits and a true minus sign, as figures and tables show it. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)) return value.toExponential(2).replaceAll('-', '−');
  const text = Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(4)));
  return text.replace('-', '−');
}

/** An estimate with its interval: `0.812 (0.780 to 0.843)`; values that are smaller than 0.1 by nature, such as squared differences, want more `decimals`. */
export function formatInterval({ value, low, high }: { readonly value?: number | undefined; readonly low?: number | undefined; readonly high?: number | undefined }, { signed = false, decimals = 3 } = {}): string {
  const fixed = (x: number): string => `${x < 0 ? '−' : signed && x > 0 ? '+' : ''}${Math.abs(x).toFixed(decimals)}`;
  if (value === undefined || value === null) return 'not defined';
  if (low === undefined || high === undefined || low === null || high === null) return fixed(value);
  return `${fixed(value)} (${fixed(low)} to ${fixed(high)})`;
}
