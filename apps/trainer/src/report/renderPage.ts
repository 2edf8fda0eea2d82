import { html, raw, type Html } from './html.ts';
import { STYLE } from './style.ts';

export interface PageContent {
  readonly title: string;
  /** Name and version of what wrote the page. */
  readonly program: string;
  readonly body: Html;
}

/**
 * Renders a page that needs nothing else: no script, no font, no picture from anywhere.
 *
 * @returns The page's HTML.
 */
export function renderPage({ title, program, body }: PageContent): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header><h1>${title}</h1><p>Written by ${program}. For research only: not a medical device, and nothing here may guide the care of a patient.</p></header>
<main>
${body}
</main>
<footer><p>Method: momentum contrast (He et al. 2020; Chen et al. 2020) with the intermediate feature approximation loss (Cho et al. 2024, J Imaging Inform Med, doi 10.1007/s10278-024-01032-x).</p></footer>
</body>
</html>
`.html;
}
