/** The page's style: one column of text, figures side by side where there is room, light and dark by the reader's choice. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fdfdfb; --ink: #1d2327; --muted: #6a737a; --rule: #dcdfe0; --panel: #f4f5f3; --series-1: #1f5f8b; --series-2: #c2662d; --series-3: #4f7f3a; --series-4: #7d5a94; --series-5: #a8324a; --series-6: #8a7416; --series-7: #2b8a86; --series-8: #5b6670; }
@media (prefers-color-scheme: dark) { :root { --ground: #15181a; --ink: #dfe3e4; --muted: #98a2a8; --rule: #343a3e; --panel: #1d2124; --series-1: #6fb1de; --series-2: #e6995f; --series-3: #93c27b; --series-4: #bd9bd3; --series-5: #ee8398; --series-6: #d3bd5c; --series-7: #67c3bd; --series-8: #a5b1ba; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1160px; padding: 32px 20px 48px; background: var(--ground); color: var(--ink); font: 16px/1.55 Charter, 'Bitstream Charter', 'Sitka Text', Cambria, Georgia, serif; }
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 600; margin: 0 0 6px; }
h2 { font-size: 1.3rem; font-weight: 600; margin: 44px 0 10px; padding-top: 14px; border-top: 1px solid var(--rule); }
h3 { font-size: 1.05rem; font-weight: 600; margin: 30px 0 8px; }
h4 { font-size: .98rem; font-weight: 600; margin: 24px 0 8px; }
h5 { font-size: .95rem; font-weight: 600; margin: 0 0 4px; }
p { max-width: 46rem; margin: 0 0 12px; }
code { font-size: .86em; overflow-wrap: anywhere; }
header p, footer p, .note { color: var(--muted); font-size: .9rem; }
footer { margin-top: 48px; border-top: 1px solid var(--rule); padding-top: 12px; }
.verdict { max-width: 46rem; }
.verdict h3 { margin-top: 20px; }
.verdict .well { color: var(--series-3); }
.verdict .ill { color: var(--series-5); }
.verdict ul { margin: 0 0 12px; padding-left: 1.2rem; color: var(--muted); font-size: .9rem; font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px 24px; margin: 14px 0 0; }
.facts dt { color: var(--muted); font-size: .82rem; }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figure { margin: 0 0 18px; }
figcaption { color: var(--muted); font-size: .86rem; line-height: 1.45; max-width: 46rem; margin-top: 6px; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 26px 32px; }
.panel { max-width: 420px; margin: 0; }
svg { display: block; width: 100%; height: auto; overflow: visible; font-family: system-ui, sans-serif; }
.intervals svg { max-width: 640px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 4px 0 0; padding: 0; font: .8rem/1.5 system-ui, sans-serif; }
.legend span { display: inline-block; width: 14px; height: 3px; margin-right: 6px; vertical-align: middle; }
.legend.dots span { width: 9px; height: 9px; border-radius: 50%; vertical-align: baseline; }
.swatch { display: inline-block; width: 14px; height: 3px; margin-right: 6px; vertical-align: middle; }
.map { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 20px 32px; max-width: 1040px; align-items: start; }
.atlas { display: grid; gap: 3px; }
.atlas div { aspect-ratio: 1; }
.atlas img { height: 100%; object-fit: cover; }
img { display: block; width: 100%; height: auto; background: #000; }
.strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(96px, 1fr)); gap: 12px; max-width: 900px; }
.strip.wide { grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); }
.column { display: grid; gap: 4px; align-content: start; }
.column span, .row span { display: block; color: var(--muted); font: .74rem/1.4 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.row { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 16px; max-width: 760px; min-width: 520px; margin-bottom: 12px; }
.neighbours { overflow-x: auto; }
.row-title { margin: 10px 0 4px; font: .8rem/1.4 system-ui, sans-serif; }
.compared { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 500px), 1fr)); gap: 8px 40px; }
.compared figure { border-top: 1px solid var(--rule); padding-top: 4px; min-width: 0; }
.compared .row { min-width: 400px; gap: 12px; }
.row .query { position: relative; }
.row .query::after { content: ''; position: absolute; top: 0; bottom: 0; right: -9px; border-right: 1px solid var(--muted); }
.row .findings { font-style: italic; }
.views { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 500px), 1fr)); gap: 22px 36px; }
.view-row { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; align-content: start; }
.view-row span { display: block; margin-top: 3px; color: var(--muted); font: .74rem/1.4 system-ui, sans-serif; overflow-wrap: anywhere; }
.view-row b { color: var(--ink); font-weight: 600; }
.overlaid { position: relative; overflow: hidden; }
.overlaid .grid { position: absolute; inset: 0; height: 100%; overflow: hidden; fill: none; stroke: #f2b84b; stroke-width: 1; opacity: .55; }
.grid path { vector-effect: non-scaling-stroke; }
.scroll { overflow-x: auto; margin: 12px 0; }
table { border-collapse: collapse; min-width: min(100%, 30rem); font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: .86rem; padding-bottom: 4px; }
th, td { padding: 4px 20px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); font-weight: 400; }
thead th { color: var(--muted); font-size: .84rem; border-bottom-color: var(--muted); }
.number { text-align: right; white-space: nowrap; }
thead .number { white-space: normal; }
.settings { font: .8rem/1.5 ui-monospace, monospace; }
.settings td { overflow-wrap: anywhere; }
details { margin: 4px 0; }
summary { cursor: pointer; font-size: .92rem; }
@media (max-width: 560px) { body { padding: 20px 14px 36px; } }
@media print { details { display: none; } h2, figure { break-inside: avoid; } }
`;
