/** Markup made by these functions. Text from outside is a plain string and must pass `escapeHtml`. */
export type Html = string & { readonly html?: true };

/** Rows of a plain table in the page; the CSV has them all. */
export const MOST_ROWS = 1000;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe as text and in a quoted attribute. */
export function escapeHtml(text: string): Html {
  return text.toWellFormed().replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}

/** Markup written here, not text from outside. */
export function raw(markup: string): Html {
  return markup;
}

export function join(...parts: readonly Html[]): Html {
  return parts.join('');
}

export function element(tag: string, text: string): Html {
  return `<${tag}>${escapeHtml(text)}</${tag}>`;
}

/** Text, isolated so that its writing direction moves nothing around it. */
export function isolated(text: string): Html {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

/** A row of {@link markupTable}. */
export interface MarkupRow {
  readonly cells: readonly Html[];
  /** Words the tiles above the table filter by. */
  readonly status?: string;
}

/** A table of cells made by these functions. */
export function markupTable(
  label: string,
  head: readonly string[],
  rows: readonly MarkupRow[],
  align: string,
  id?: string,
): Html {
  if (rows.length === 0) return '';
  const side = (at: number): string => (align[at] === 'r' ? ' class="num"' : '');
  return [
    // A table may be wider than the page; then the keyboard must be able to scroll it.
    `<div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(label)}">`,
    `<table${id === undefined ? '' : ` id="${id}"`}><thead><tr>`,
    ...head.map((word, at) => `<th scope="col"${side(at)}>${escapeHtml(word)}</th>`),
    '</tr></thead><tbody>',
    ...rows.map(
      ({ cells, status }) =>
        `<tr${status === undefined ? '' : ` data-status="${escapeHtml(status)}"`}>${cells.map((cell, at) => `<td${side(at)}>${cell}</td>`).join('')}</tr>`,
    ),
    '</tbody></table></div>',
  ].join('');
}

/** A table of text from outside. */
export function table(
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: string,
): Html {
  return markupTable(
    label,
    head,
    rows.map((cells) => ({ cells: cells.map(isolated) })),
    align,
  );
}

/** A tile: a number with its label, and a filter of what is below. */
export interface Tile {
  readonly tone: 'under' | 'over' | 'new' | 'agree' | 'none';
  readonly label: string;
  readonly big: string;
  readonly unit: string;
  readonly sub: string;
  /** The attribute the script knows it by. */
  readonly data: 'filter' | 'status';
  readonly value: string;
}

export function tileMarkup({ tone, label, big, unit, sub, data, value }: Tile): Html {
  return `<button type="button" class="tile ${tone}" data-${data}="${value}" aria-pressed="false"><span class="label">${escapeHtml(label)}</span><span class="big">${escapeHtml(grouped(big))} <small>${escapeHtml(unit)}</small></span><span class="sub">${escapeHtml(sub)}</span></button>`;
}

/** Thousands apart, and a true minus sign. */
export function grouped(digits: string): string {
  return digits.replace(/^-/, '\u2212').replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}

/** JSON for a data block: no `<` in it, so no tag can end the block or open another. */
export function embedJson(value: unknown): Html {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
