/** Tabs as the ARIA pattern has them: arrows move, the chosen panel shows. */
export function wireTabs(): void {
  const tabs = [...document.querySelectorAll<HTMLElement>('[role="tab"]')];
  const choose = (at: number): void => {
    for (const [other, tab] of tabs.entries()) {
      const own = other === at;
      tab.setAttribute('aria-selected', String(own));
      tab.tabIndex = own ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute('aria-controls') ?? '');
      if (panel !== null) panel.hidden = !own;
    }
    // The list draws what is in sight; it was not in sight before.
    window.dispatchEvent(new Event('resize'));
  };
  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener('click', () => choose(at));
    tab.addEventListener('keydown', (event) => {
      const last = tabs.length - 1;
      const moves: Readonly<Record<string, number>> = {
        ArrowRight: at === last ? 0 : at + 1,
        ArrowLeft: at === 0 ? last : at - 1,
        Home: 0,
        End: last,
      };
      const to = moves[event.key];
      if (to === undefined) return;
      event.preventDefault();
      choose(to);
      tabs[to]?.focus();
    });
  }
}
