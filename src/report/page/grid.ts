import type { Page } from './cards.ts';
import { rowElement } from './rows.ts';
import type { Row } from './view.ts';

/** Must equal the row height of the style sheet. */
const ROW_HEIGHT = 44;
const SPARE = 12;

export interface Grid {
  readonly show: (rows: readonly Row[]) => void;
  readonly focus: () => void;
  /** Moves to the next (1) or previous (−1) card and gives it; `null` at the end. */
  readonly step: (by: 1 | -1) => Row | null;
}

/** What happens to a row. */
export interface GridActions {
  readonly open: (row: Row) => void;
  readonly fold: (row: Row, open: boolean) => void;
}

/**
 * A tree grid that draws only the rows in sight, so that 20 000 cards scroll like 20. The keyboard moves a marked
 * row (`aria-activedescendant`), which is always drawn.
 */
export function createGrid(grid: HTMLElement, body: HTMLElement, page: Page, actions: GridActions): Grid {
  let rows: readonly Row[] = [];
  let active = 0;
  let printing = false;
  const drawn = new Map<number, HTMLElement>();

  const draw = (): void => {
    const top = -body.getBoundingClientRect().top;
    const first = printing ? 0 : Math.max(0, Math.floor(top / ROW_HEIGHT) - SPARE);
    const last = printing
      ? rows.length - 1
      : Math.min(rows.length - 1, Math.ceil((top + window.innerHeight) / ROW_HEIGHT) + SPARE);
    for (const [at, element] of drawn) {
      if ((at < first || at > last) && at !== active) {
        element.remove();
        drawn.delete(at);
      }
    }
    const wanted = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    if (rows[active] !== undefined && (active < first || active > last)) wanted.push(active);
    // From the end, so that each row goes before the one that follows it: reading order is document order.
    let next: HTMLElement | null = null;
    for (const at of wanted.sort((a, b) => b - a)) {
      const row = rows[at];
      if (row === undefined) continue;
      let element = drawn.get(at);
      if (element === undefined) {
        element = rowElement(row, at, page);
        element.style.top = `${at * ROW_HEIGHT}px`;
        drawn.set(at, element);
        body.insertBefore(element, next);
      }
      next = element;
    }
  };

  const mark = (at: number, scroll: boolean): void => {
    drawn.get(active)?.classList.remove('active');
    active = Math.max(0, Math.min(rows.length - 1, at));
    draw();
    const element = drawn.get(active);
    if (element === undefined) {
      grid.removeAttribute('aria-activedescendant');
      return;
    }
    element.classList.add('active');
    grid.setAttribute('aria-activedescendant', element.id);
    if (scroll) {
      element.scrollIntoView({ block: 'nearest' });
      draw();
    }
  };

  const show = (next: readonly Row[]): void => {
    const kept = rows[active];
    rows = next;
    for (const element of drawn.values()) element.remove();
    drawn.clear();
    body.style.height = `${rows.length * ROW_HEIGHT}px`;
    grid.setAttribute('aria-rowcount', String(rows.length + 1));
    const same = kept === undefined ? -1 : rows.findIndex((row) => keyOf(row) === keyOf(kept));
    mark(Math.max(same, 0), false);
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.target !== grid || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows[active];
    const page = Math.max(1, Math.floor(window.innerHeight / ROW_HEIGHT) - 3);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const move = moves[event.key];
    if (move !== undefined) mark(move, true);
    else if (row === undefined) return;
    else if (event.key === 'Enter' || event.key === ' ') actions.open(row);
    else if (event.key === 'ArrowRight' && row.type === 'customer') {
      if (row.open) mark(active + 1, true);
      else actions.fold(row, true);
    } else if (event.key === 'ArrowLeft' && row.type === 'customer') actions.fold(row, false);
    else if (event.key === 'ArrowLeft') mark(ownerOf(active), true);
    else return;
    event.preventDefault();
  };

  const ownerOf = (from: number): number => {
    for (let at = from; at >= 0; at -= 1) if (rows[at]?.type === 'customer') return at;
    return from;
  };

  const onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    const at = Number(target?.closest<HTMLElement>('.row[data-at]')?.dataset.at ?? -1);
    const row = rows[at];
    if (row === undefined) return;
    mark(at, false);
    if (row.type === 'customer' && target?.closest('.fold')) actions.fold(row, !row.open);
    else actions.open(row);
  };

  const printed = (now: boolean): void => {
    printing = now;
    draw();
  };

  grid.addEventListener('keydown', onKey);
  body.addEventListener('click', onClick);
  window.addEventListener('scroll', draw, { passive: true });
  window.addEventListener('resize', draw);
  window.addEventListener('beforeprint', () => printed(true));
  window.addEventListener('afterprint', () => printed(false));

  return {
    show,
    focus: () => grid.focus({ preventScroll: true }),
    step: (by) => {
      for (let at = active + by; at >= 0 && at < rows.length; at += by) {
        const row = rows[at];
        if (row?.type !== 'card') continue;
        mark(at, true);
        return row;
      }
      return null;
    },
  };
}

function keyOf(row: Row): string {
  return row.type === 'customer' ? `customer ${row.customer.id}` : `card ${row.card.id}`;
}
