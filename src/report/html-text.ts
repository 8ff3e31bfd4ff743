/** Markup made by these functions. Text from outside is a plain string and must pass `escapeHtml`. */
export type Html = string & { readonly html?: true };

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

/** A table of text cells, each isolated so that its writing direction moves nothing around it. */
export function table(
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: string,
): Html {
  if (rows.length === 0) return '';
  const side = (at: number): string => (align[at] === 'r' ? ' class="num"' : '');
  return [
    // A table may be wider than the page; then the keyboard must be able to scroll it.
    `<div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(label)}"><table><thead><tr>`,
    ...head.map((word, at) => `<th scope="col"${side(at)}>${escapeHtml(word)}</th>`),
    '</tr></thead><tbody>',
    ...rows.map(
      (row) =>
        `<tr>${row.map((text, at) => `<td${side(at)}><bdi>${escapeHtml(text)}</bdi></td>`).join('')}</tr>`,
    ),
    '</tbody></table></div>',
  ].join('');
}

/** JSON for a data block: no `<` in it, so no tag can end the block or open another. */
export function embedJson(value: unknown): Html {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
