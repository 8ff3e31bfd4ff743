/** Tiles above a table: each shows only the rows of its status, a second press shows all. */
export function wireStatuses(): void {
  for (const tiles of document.querySelectorAll<HTMLElement>('[data-table]')) {
    const table = document.getElementById(tiles.dataset.table ?? '');
    const buttons = [...tiles.querySelectorAll<HTMLElement>('[data-status]')];
    for (const button of buttons) {
      button.addEventListener('click', () => {
        const status = button.getAttribute('aria-pressed') === 'true' ? '' : button.dataset.status;
        for (const other of buttons) {
          other.setAttribute('aria-pressed', String(status !== '' && other.dataset.status === status));
        }
        for (const row of table?.querySelectorAll<HTMLElement>('tbody tr') ?? []) {
          const own = (row.dataset.status ?? '').split(' ');
          row.hidden = status !== undefined && status !== '' && !own.includes(status);
        }
      });
    }
  }
}
