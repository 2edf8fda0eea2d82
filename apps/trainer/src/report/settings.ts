import { html, type Html } from './html.ts';

/** Shows a JSON object as a table that opens on a click: nested objects by dotted names. */
export function settings(title: string, value: Readonly<Record<string, unknown>>): Html {
  return html`<details><summary>${title}</summary>
    <div class="scroll"><table class="settings"><tbody>${flatten(value).map(([name, text]) => html`<tr><th scope="row">${name}</th><td>${text}</td></tr>`)}</tbody></table></div>
  </details>`;
}

/** A JSON object as names and texts: nested objects by dotted names. */
export function flatten(value: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) return flatten(inner as Record<string, unknown>, `${prefix}${name}.`);
    return [[`${prefix}${name}`, inner === null ? 'none' : Array.isArray(inner) ? inner.map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item))).join(', ') || 'none' : String(inner)]];
  });
}
