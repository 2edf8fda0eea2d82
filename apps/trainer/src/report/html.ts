/** Text that is HTML already, and is not escaped again. */
export interface Html {
  readonly html: string;
}

/** What may stand in a template: text is escaped, lists are joined, nothing stays nothing. */
export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A template of HTML in which every value is escaped, so that file names and labels from anywhere stay text.
 *
 * @example
 * ```ts
 * html`<li>${fileName}</li>`.html;
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { html: strings.reduce((text, string, index) => text + render(values[index - 1]) + string) };
}

/** Marks text as HTML: only for what this program made, such as a chart. */
export function raw(text: string): Html {
  return { html: text };
}

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'object') return 'html' in value ? value.html : value.map(render).join('');
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
