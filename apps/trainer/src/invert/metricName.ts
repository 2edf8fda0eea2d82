const PIXELS: Readonly<Record<string, string>> = { mse: 'MSE', psnr: 'PSNR in dB', ssim: 'SSIM', msSsim: 'MS-SSIM' };
const OF: Readonly<Record<string, (name: string) => string>> = {
  cosine: (judge) => `feature cosine by ${judge}`,
  distance: (judge) => `perceptual distance by ${judge}`,
  auroc: (finding) => `AUROC of ${finding}`,
  change: (finding) => `change of the log odds of ${finding}`,
};

/** What a column of `scoreReconstructions`, or a finding's AUROC, is called where people read it. */
export function metricName(column: string): string {
  const at = column.lastIndexOf(':');
  return at < 0 ? (PIXELS[column] ?? column) : (OF[column.slice(at + 1)]?.(column.slice(0, at)) ?? column);
}
