type Child = Node | string | null;

/** An element with attributes and children. Text is text: no markup is ever parsed. */
export function h(
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Text from outside: isolated, so that its writing direction moves nothing around it. */
export function name(text: string): HTMLElement {
  return h('bdi', {}, text === '' ? '(no name)' : text);
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: Node[]
): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

/** The element the page has by this id; the page and this script are made together. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`no #${id}`);
  return element as T;
}

/** A symbol with the words a screen reader says instead. */
export function symbol(sign: Node | string, words: string): HTMLElement {
  const shown = h('span', { 'aria-hidden': 'true' }, sign);
  return h('span', { class: 'symbol', title: words }, shown, h('span', { class: 'unseen' }, words));
}

/** A plug, crossed out: the vendor is not connected. */
export function plug(): SVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 16 16', width: '16', height: '16', class: 'plug', focusable: 'false' },
    svg('path', { d: 'M6 1.5v3M10 1.5v3M4 4.5h8v2.5a4 4 0 0 1-8 0zM8 11v3.5M2 14 14 2' }),
  );
}
