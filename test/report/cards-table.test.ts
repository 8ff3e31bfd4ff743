import fc from 'fast-check';
import type { Card, Problem } from 'trueup';
import { cardsMarkdown, cardsTable, reportHtml } from 'trueup/report';
import { describe, expect, it } from 'vitest';
import { clip, oneLine, textWidth } from '../../src/report/text-width.ts';
import { card, nastyNames, reconciliation } from './fixture.ts';

const codes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

describe('textWidth', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['ｱ', 1],
    ['Ａ', 2],
    ['한국', 4],
    ['e\u0301', 1],
    ['👍', 2],
    ['👍🏽', 2],
    ['👩‍👩‍👧‍👦', 2],
    ['🇩🇪🇫🇷', 4],
    ['1️⃣', 2],
    ['❤️', 2],
    ['a\u200bb', 2],
    ['', 0],
  ])('%s takes %i cells', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('clips between characters as drawn', () => {
    expect(clip('日本語', 4)).toBe('日…');
    expect(clip('日本語', 5)).toBe('日本…');
    expect(clip('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  });

  it('clips any text to the width, and loses at most one cell by it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const clean = oneLine(text);
        const clipped = textWidth(clip(clean, width));
        expect(clipped).toBeLessThanOrEqual(width);
        if (textWidth(clean) > width) expect(clipped).toBeGreaterThanOrEqual(width - 1);
      }),
    );
  });
});

describe('cardsTable', () => {
  const mixed = reconciliation([
    card('1', { customer: 'Acme', service: 'Backup', psa: 10, vendor: 12 }),
    card('2', { customer: 'Acme', service: 'Email', psa: 5, vendor: 'no-count' }),
    card('3', { customer: '日本語カンパニー', service: 'Backup', psa: 5, vendor: 'not-connected' }),
    card('4', { customer: 'Zeta', service: 'Backup', psa: null, vendor: 7 }),
    card('5', { customer: 'Zeta', service: 'Email', psa: 4, vendor: 1, conditions: ['multi-mapped'] }),
    card('6', { customer: 'Zeta', service: 'EDR', psa: 4, vendor: 4 }),
  ]);

  it('counts one account in the singular, and units without a price beside the money', () => {
    const unmapped = {
      accounts: [{ vendor: 'rmm', accountId: 'a1', name: 'Acme', active: true, counts: [] }],
      skus: [],
    };
    const head = (...cards: readonly Card[]): string =>
      cardsTable(reconciliation(cards, { unmapped })).split('\n').slice(3, 8).join('\n');
    const priced = card('1', { psa: 10, vendor: 12 });
    const added = card('2', { customer: 'Beta', psa: null, vendor: 9 });
    expect(head(priced, added)).toContain('Unmapped               1 account, 0 SKUs');
    expect(head(priced, added)).toContain('+11 units  5.00 USD (9 units without a price)\n');
    expect(head(added)).toContain('+9 units  (9 units without a price)\n');
    expect(head(priced)).toContain('+2 units  5.00 USD\n');
  });

  it('shows totals, the numbers and never a zero for unknown', () => {
    expect(cardsTable(mixed, { width: 110 })).toMatchInlineSnapshot(`
      "Reconciliation 2026-12 of psa-main
      as of 2026-12-01T08:00:00Z, lines in force on 2026-12-01

      Under-billed          +9 units  5.00 USD (7 units without a price)
      Over-billed           -3 units  7.50 USD
      Agree                  1 card
      No count               2 cards
      Unmapped               0 accounts, 0 SKUs

      Customer          Service  PSA  Vendor  Variance     Impact  State                   Conditions
      ────────────────────────────────────────────────────────────────────────────────────────────────────────
      Acme              Backup    10      12        +2   5.00 USD  Reconcile
                        Email      5       —                       No count: not reported
      日本語カンパニー  Backup     5       ⊘                       Not connected: rmm
      Zeta              Backup             7        +7             New revenue
                        Email      4       1        -3  -7.50 USD  Reconcile               several SKUs summed

      1 "No change" card not listed.
      —  a count was expected and none came; it is not zero
      ⊘  the vendor is not connected
      "
    `);
  });

  it('never exceeds the width, whatever the names', () => {
    const cards = nastyNames.map((name, at) => card(String(at), { customer: name, service: name, psa: at }));
    const value = reconciliation(cards, { psa: nastyNames[9] ?? '' });
    for (const width of [1, 40, 60, 80, 120, 200]) {
      for (const line of cardsTable(value, { width }).trimEnd().split('\n')) {
        expect(textWidth(line)).toBeLessThanOrEqual(Math.max(40, width));
      }
    }
  });

  it('lets no control character or direction mark of a name through', () => {
    const cards = nastyNames.map((name, at) => card(String(at), { customer: name, service: name }));
    expect(cardsTable(reconciliation(cards))).not.toMatch(/[^\P{C}\n\u200d]/u);
  });

  it('colours only when asked', () => {
    expect(cardsTable(mixed)).not.toContain('\u001b');
    const colored = cardsTable(mixed, { color: true, width: 90 });
    expect(colored).toContain('\u001b[31m');
    // Colour changes nothing else.
    expect(colored.replace(codes, '')).toBe(cardsTable(mixed, { width: 90 }));
  });

  it('says what it does not list', () => {
    const text = cardsTable(mixed, { limit: 1 });
    expect(text).toContain('4 more cards not shown.');
    expect(text).toContain('1 "No change" card not listed.');
  });

  it('says whose each problem is and all that is to be done, over as many lines as it takes', () => {
    const message =
      'Lines of a contract of the customer were not read, so there are no cards for it. Pull the PSA again.';
    const of = (customerId: string): Problem => ({
      code: 'psa-incomplete',
      severity: 'error',
      message,
      ids: { customerId },
    });
    const named: Problem = { ...of('C9'), message: 'Look at C9, and at nobody else.' };
    const problems = [of('C7'), of('7'.repeat(120)), named];
    const value = reconciliation([], { problems });
    const text = cardsTable(value, { width: 60 });
    expect(text).toContain(
      '\n! Lines of a contract of the customer were not read, so\n' +
        '  there are no cards for it. Pull the PSA again. (customerId\n  "C7")\n',
    );
    expect(text).toContain('\n! Look at C9, and at nobody else.\n');
    for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(60);
    expect(cardsMarkdown(value)).toContain('Pull the PSA again. (customerId "C7")');
    expect(reportHtml(value)).toContain('Pull the PSA again. (customerId &quot;C7&quot;)');
  });

  it('takes an empty reconciliation', () => {
    expect(cardsTable(reconciliation([]))).toContain('No cards to show.');
  });
});
