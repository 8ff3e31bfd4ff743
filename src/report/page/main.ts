import { readPage } from './cards.ts';
import type { PageData } from './data.ts';
import { byId } from './dom.ts';
import { signedWords, totalMoney, unitWords } from './format.ts';
import { createGrid } from './grid.ts';
import { fillPanel } from './panel.ts';
import { wireStatuses } from './statuses.ts';
import { wireTabs } from './tabs.ts';
import { arrange, type Filter, pick, type Row, type SortKey, type Wish } from './view.ts';

/** More cards than this start folded. */
const FOLD_ABOVE = 400;

function start(): void {
  const page = readPage(JSON.parse(byId('data').textContent ?? '') as PageData);
  const all = new Set(page.cards.map((card) => card.customer.id));
  let wish: Wish = {
    filter: 'all',
    search: '',
    condition: '',
    sort: 'variance',
    down: true,
    grouped: true,
    folded: page.cards.length > FOLD_ABOVE ? all : new Set(),
  };
  const panel = byId<HTMLDialogElement>('panel');

  const open = (row: Row): void => {
    fillPanel(row, page);
    byId<HTMLButtonElement>('previous').hidden = row.type !== 'card';
    byId<HTMLButtonElement>('next').hidden = row.type !== 'card';
    if (!panel.open) panel.showModal();
    byId('panel-title').focus();
  };
  const fold = (row: Row, unfold: boolean): void => {
    if (row.type !== 'customer') return;
    const folded = new Set(wish.folded);
    if (unfold) folded.delete(row.customer.id);
    else folded.add(row.customer.id);
    change({ folded });
  };
  const grid = createGrid(byId('grid'), byId('rows'), page, { open, fold });

  const change = (part: Partial<Wish>): void => {
    wish = { ...wish, ...part };
    const cards = pick(page.cards, wish);
    grid.show(arrange(cards, wish));
    const under = cards.reduce(
      (sum, card) => sum + (card.kind === 'no-change' ? 0 : Math.max(0, card.variance ?? 0)),
      0,
    );
    const over = cards.reduce(
      (sum, card) => sum + (card.kind === 'no-change' ? 0 : Math.min(0, card.variance ?? 0)),
      0,
    );
    byId('shown').textContent = [
      `${unitWords(cards.length)} of ${unitWords(page.cards.length)} cards`,
      `${signedWords(under)} / ${signedWords(over)} units`,
      ...totalMoney(cards),
    ].join(' · ');
    byId('nothing').hidden = cards.length > 0;
    for (const button of document.querySelectorAll<HTMLElement>('[data-filter]')) {
      button.setAttribute('aria-pressed', String(button.dataset.filter === wish.filter));
    }
    for (const head of document.querySelectorAll<HTMLElement>('[data-sort]')) {
      const own = head.dataset.sort === wish.sort;
      head.setAttribute('aria-sort', own ? (wish.down ? 'descending' : 'ascending') : 'none');
    }
    byId('fold-all').hidden = !wish.grouped;
    byId('fold-all').textContent = wish.folded.size > 0 ? 'Unfold all' : 'Fold all';
  };

  for (const button of document.querySelectorAll<HTMLElement>('[data-filter]')) {
    button.addEventListener('click', () => {
      // The tiles stand above every tab; what they filter is on the first.
      byId('tab-cards').click();
      const filter = button.dataset.filter as Filter;
      change({ filter: filter === wish.filter ? 'all' : filter });
    });
  }
  for (const head of document.querySelectorAll<HTMLElement>('[data-sort]')) {
    head.querySelector('button')?.addEventListener('click', () => {
      const sort = head.dataset.sort as SortKey;
      const words = sort === 'name' || sort === 'state';
      change({ sort, down: sort === wish.sort ? !wish.down : !words });
    });
  }
  const search = byId<HTMLInputElement>('search');
  search.addEventListener('input', () => change({ search: search.value }));
  const condition = byId<HTMLSelectElement>('condition');
  condition.addEventListener('change', () => change({ condition: condition.value }));
  const grouped = byId<HTMLInputElement>('grouped');
  grouped.addEventListener('change', () => change({ grouped: grouped.checked }));
  byId('fold-all').addEventListener('click', () =>
    change({ folded: wish.folded.size > 0 ? new Set() : all }),
  );
  byId('close').addEventListener('click', () => panel.close());
  panel.addEventListener('close', () => grid.focus());
  // A click beside the panel closes it.
  panel.addEventListener('click', (event) => {
    if (event.target === panel) panel.close();
  });
  for (const [id, by] of [
    ['previous', -1],
    ['next', 1],
  ] as const) {
    byId(id).addEventListener('click', () => {
      const row = grid.step(by);
      if (row !== null) fillPanel(row, page);
    });
  }
  byId('theme').addEventListener('click', () => {
    const chosen = document.documentElement.dataset.theme;
    const dark =
      chosen === undefined ? window.matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
    document.documentElement.dataset.theme = dark ? 'light' : 'dark';
  });
  wireTabs();
  wireStatuses();
  grouped.checked = true;
  search.value = '';
  condition.value = '';
  change({});
  document.documentElement.dataset.ready = 'true';
}

start();
