import { compareLicenses } from 'trueup';
import { cardsMarkdown, type FindingLike, licensesMarkdown } from 'trueup/report';
import { describe, expect, it } from 'vitest';
import { escapeText } from '../../src/report/markdown.ts';
import { distributor, links, rmm } from '../compare/fixture.ts';
import { card, nastyNames, reconciliation, reviewOf } from './fixture.ts';

describe('cardsMarkdown', () => {
  it('has the totals, the cards, what was decided and the likeliest cause', () => {
    const cards = [
      card('1', { psa: 10, vendor: 12, conditions: ['stale-psa'] }),
      card('2', { service: 'Email', psa: 5, vendor: 'no-count' }),
      card('3', { service: 'EDR', psa: 4, vendor: 4 }),
    ];
    const findings: FindingLike[] = [
      {
        cardId: '1',
        cause: 'off-by-one',
        message: 'An admin account is counted.',
        certain: false,
        units: null,
      },
      { cardId: '1', cause: 'stale-psa', message: 'Second.', certain: true, units: null },
    ];
    expect(
      cardsMarkdown(reconciliation(cards), { review: reviewOf(cards[0]!, 11), findings }),
    ).toMatchInlineSnapshot(`
      "## Reconciliation 2026-12 of psa-main

      As of 2026-12-01T08:00:00Z, lines in force on 2026-12-01.

      |  | Cards | Units | Money (each line per its own cycle) |
      | --- | --: | --: | --: |
      | Under-billed |  | +2 | 5.00 USD |
      | Over-billed |  | 0 | 0.00 USD |
      | Reconcile | 1 |  |  |
      | New revenue | 0 |  |  |
      | No change | 1 |  |  |
      | No count | 1 |  |  |

      | Customer | Service | PSA | Vendor | Reconciled | Variance | Impact | State | Likely cause |
      | --- | --- | --: | --: | --: | --: | --: | --- | --- |
      | Acme | Backup | 10 | 12 | 11 | +2 | 5.00 USD | Reconcile; PSA data is old | Perhaps: An admin account is counted. |
      | Acme | Email | 5 | — |  |  |  | No count: not reported |  |

      — a count was expected and none came; it is not zero. ⊘ the vendor is not connected.
      "
    `);
  });

  it('counts units without a price beside the money', () => {
    const priced = card('1', { psa: 10, vendor: 12 });
    const added = card('2', { customer: 'Beta', psa: null, vendor: 9 });
    expect(cardsMarkdown(reconciliation([priced, added]))).toContain(
      '| Under-billed |  | +11 | 5.00 USD (9 units without a price) |',
    );
    expect(cardsMarkdown(reconciliation([priced]))).toContain('| Under-billed |  | +2 | 5.00 USD |');
  });

  it('keeps every name in its cell', () => {
    const cards = nastyNames.map((name, at) => card(String(at), { customer: name, service: name }));
    const rows = cardsMarkdown(reconciliation(cards))
      .split('\n')
      .filter((line) => line.includes('USD | Reconcile |'));
    expect(rows).toHaveLength(nastyNames.length);
    // Seven columns: eight bars that are not escaped.
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(8);
    expect(rows.join('\n')).not.toMatch(/(?<!\\)<|\u202e|\u200f/);
  });

  it.each([
    ['@admin', '@\u2060admin'],
    ['#12', '#\u206012'],
    ['gh-12, HIGH-12, GH-x', 'gh-\u206012, HIGH-12, GH-x'],
    ['[x](http://y)', '\\[x\\](http:\\//y)'],
    ['www.x.com', 'www\\.x.com'],
    ['&lt;', '\\&lt;'],
    ['a\nb', 'a b'],
  ])('writes %j as text', (text, written) => {
    expect(escapeText(text)).toBe(written);
  });

  it('counts what it leaves out, and takes an empty reconciliation', () => {
    expect(cardsMarkdown(reconciliation([card('1'), card('2')]), { limit: 1 })).toContain(
      '1 more card not shown.',
    );
    expect(cardsMarkdown(reconciliation([]))).toContain('No cards to show.');
  });
});

describe('licensesMarkdown', () => {
  it('has the columns of BillingOne', () => {
    const result = compareLicenses({
      devices: [rmm({ counts: [{ accountId: 'a1', units: 12 }] })],
      licenses: [distributor({ counts: [{ accountId: 'a1', units: 10 }] })],
      mapping: { accounts: links(2) },
      asOf: '2026-12-01T00:00:00Z',
    });
    expect(licensesMarkdown(result)).toMatchInlineSnapshot(`
      "## Licences against devices

      As of 2026-12-01T00:00:00Z: 1 client under-licensed, 0 over-licensed, 0 matched, 1 without data.

      | Client | Devices | Licenses | Variance | Status |
      | --- | --: | --: | --: | --- |
      | Account a1 | 12 | 10 | +2 | Under-licensed |
      | Account a2 | 0 | — |  | No data |
      "
    `);
    expect(licensesMarkdown(result, { status: ['matched'] })).toContain('No clients to show.');
  });
});
