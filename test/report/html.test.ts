import { createHash } from 'node:crypto';
import { type Card, compareLicenses, summarize, threeWay } from 'trueup';
import { reportHtml } from 'trueup/report';
import { createWorld, worldPsaSnapshot, worldVendorSnapshot } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { buildPage } from '../../scripts/build-page.ts';
import type { PageData } from '../../src/report/page/data.ts';
import * as generated from '../../src/report/page.generated.ts';
import { rmm } from '../compare/fixture.ts';
import { card, nastyNames, reconciliation, reviewOf } from './fixture.ts';

const world = createWorld('page', { customers: 12 });
const cards = [
  card('1', { psa: 10, vendor: 12, conditions: ['multi-mapped'] }),
  card('2', { customer: 'Beta', psa: 5, vendor: 'no-count' }),
  card('3', { customer: 'Beta', psa: 5, vendor: 'not-connected' }),
];

/** The embedded data, as the page reads it. */
function dataOf(html: string): PageData {
  const text = /<script type="application\/json" id="data">(.*)<\/script>/.exec(html)?.[1];
  return JSON.parse(text ?? 'null') as PageData;
}

describe('the built page', () => {
  it('is what its source builds (else run scripts/build-page.ts)', async () => {
    expect({ ...generated }).toEqual(await buildPage());
  });

  it('is allowed by its hashes, and by nothing else', () => {
    const html = reportHtml(reconciliation(cards));
    const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    expect(policy).toContain(`script-src '${hash(script)}'`);
    expect(policy).toContain(`style-src '${hash(style)}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    // What the policy would block is not in the page.
    expect(html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '')).not.toMatch(
      / (style|on[a-z]+)="|<link(?![^>]*data:,)|src=/,
    );
  });
});

describe('reportHtml', () => {
  it('gives the same bytes for the same reconciliation', () => {
    const make = (): string =>
      reportHtml(structuredClone(reconciliation(cards)), { review: reviewOf(cards[0]!, 11) });
    expect(make()).toBe(make());
  });

  it('keeps every name out of the markup, and whole in the data', () => {
    const nasty = nastyNames.map((name, at) => card(String(at), { customer: name, service: name }));
    const html = reportHtml(
      reconciliation(nasty, {
        psa: nastyNames[1] ?? '',
        unmapped: {
          accounts: nastyNames.map((name) => ({
            vendor: name,
            accountId: name,
            name,
            active: true,
            counts: [],
          })),
          skus: [],
        },
      }),
      { title: '</title><script>alert(3)</script>' },
    );
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|alert\(3\)<\/script><script>alert/);
    const { strings } = dataOf(html);
    for (const name of nastyNames) expect(strings).toContain(name);
  });

  it('embeds unknown as unknown, and every string once', () => {
    const data = dataOf(reportHtml(reconciliation(cards)));
    expect(data.cards.map((one) => [one[5], one[6], one[9]])).toEqual([
      [0, 12, 2],
      [1, null, null],
      [2, null, null],
    ]);
    expect(new Set(data.strings).size).toBe(data.strings.length);
  });

  it('names contracts, accounts and SKUs where snapshots are given', () => {
    const vendor = {
      specVersion: 1 as const,
      kind: 'vendor' as const,
      source: 'rmm',
      connector: 'rmm',
      takenAt: '2026-12-01T07:00:00Z',
      accounts: [{ id: 'a-1', name: 'Acme HQ', active: true }],
      skus: [],
      counts: [],
      receipt: { complete: true, resources: {}, problems: [] },
    };
    expect(dataOf(reportHtml(reconciliation(cards), { vendors: [vendor] })).strings).toContain('Acme HQ');
  });

  it('draws the trend from earlier periods in any order, the last of a period, and no later one', () => {
    const at = (period: string, asOf: string, vendor: number) =>
      reconciliation([card('1', { psa: 10, vendor })], { period, asOf });
    const history = [
      at('2026-11', '2026-11-30T00:00:00Z', 7),
      at('2026-10', '2026-10-31T00:00:00Z', 11),
      at('2026-11', '2026-11-02T00:00:00Z', 99),
      at('2027-01', '2027-01-01T00:00:00Z', 99),
    ];
    const data = dataOf(reportHtml(reconciliation(cards), { history }));
    expect(data.periods).toEqual(['2026-10', '2026-11', '2026-12']);
    expect(data.customers.map((customer) => customer[2])).toEqual([
      [
        [1, 0],
        [0, 3],
        [2, 0],
      ],
      // Nothing was counted for them, so there is no point, and no zero.
      [null, null, null],
    ]);
  });

  it('draws the same trend from the summaries that diagnose takes', () => {
    const past = reconciliation([card('1', { psa: 10, vendor: 11 }), card('9', { psa: 1, vendor: 2 })], {
      period: '2026-11',
    });
    const data = dataOf(reportHtml(reconciliation(cards), { history: [summarize(past)] }));
    expect(data.periods).toEqual(['2026-11', '2026-12']);
    // Card 9 is gone, and a summary does not say whose it was.
    expect(data.customers[0]?.[2]).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it('keeps the names of comparisons out of the markup, and leaves their tabs out when there are none', () => {
    const customers = nastyNames.map((name, at) => ({ id: `n${at}`, name }));
    const service = {
      id: nastyNames[0]!,
      bought: [],
      used: [{ vendor: 'rmm', skuId: 'device' }],
      serviceIds: ['s-Backup'],
    };
    const rows = nastyNames.map((name, at) => ({ ...card(String(at)), customer: { id: `n${at}`, name } }));
    const full = reconciliation(rows);
    const mapping = { accounts: [] };
    const html = reportHtml(full, {
      licenses: compareLicenses({ devices: [rmm()], licenses: [], mapping, customers, asOf: full.asOf }),
      threeWay: threeWay({ reconciliation: full, bought: [], used: [rmm()], mapping, services: [service] }),
    });
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toContain('<img');
    expect(html).toContain(`id="tab-licences"`);
    expect(html.match(/data-status="bought-no-data/g)?.length).toBe(nastyNames.length);
    expect(reportHtml(full)).not.toMatch(/id="tab-(licences|three)"/);
  });

  it('lists what the pulls reported, with the source, after the problems of the reconciliation', () => {
    const problem = (code: string, message: string) => ({ code, message, severity: 'error' as const });
    const snapshot = (source: string, message: string) => ({
      source,
      receipt: { complete: false, resources: {}, problems: [problem('bad-row', message)] },
    });
    const html = reportHtml(
      reconciliation(cards, { problems: [problem('link-unknown', 'No such account.')] }),
      {
        psa: { ...worldPsaSnapshot(world), ...snapshot('psa-main', '<b>Line 3</b>') },
        vendors: [
          {
            ...worldVendorSnapshot(world, 'pax8'),
            ...snapshot('csv', 'Line 5: the quantity is not a number.'),
          },
        ],
      },
    );
    expect(html).toContain('>Problems (3)</button>');
    const panel = /<section role="tabpanel" id="problems".*?<\/section>/s.exec(html)?.[0] ?? '';
    const rows = [...panel.matchAll(/<tr>(.*?)<\/tr>/g)].map(([row]) =>
      [...row.matchAll(/<bdi>(.*?)<\/bdi>/g)].map(([, text]) => text),
    );
    expect(rows.slice(1)).toEqual([
      ['', 'error', 'link-unknown', 'No such account.'],
      ['psa-main', 'error', 'bad-row', '&lt;b&gt;Line 3&lt;/b&gt;'],
      ['csv', 'error', 'bad-row', 'Line 5: the quantity is not a number.'],
    ]);
  });

  it('says in a tile how many units stand behind no amount', () => {
    const tiles = (...list: readonly Card[]): string[] =>
      [...reportHtml(reconciliation(list)).matchAll(/<span class="sub">(.*?)<\/span>/g)]
        .map(([, text]) => text ?? '')
        .slice(0, 2);
    const priced = card('1', { psa: 10, vendor: 12 });
    const added = card('2', { customer: 'Beta', psa: null, vendor: 9 });
    const lost = card('3', { psa: 3, vendor: 2, price: null });
    expect(tiles(priced)).toEqual(['5.00 USD', 'no priced change']);
    expect(tiles(priced, added)).toEqual(['5.00 USD (9 units without a price)', 'no priced change']);
    expect(tiles(added, lost)).toEqual([
      'no priced change (9 units without a price)',
      'no priced change (1 unit without a price)',
    ]);
  });

  it('says nothing of prices where the cards are not those of the totals', () => {
    const whole = reconciliation([card('1', { psa: 10, vendor: 12 }), card('2', { psa: null, vendor: 9 })]);
    expect(reportHtml({ ...whole, cards: whole.cards.slice(1) })).not.toContain('without a price');
  });

  it('says where the rows are that a table leaves out', () => {
    const accounts = Array.from({ length: 1001 }, (_, at) => ({
      vendor: 'rmm',
      accountId: `a${at}`,
      name: 'Acme',
      active: true,
      counts: [],
    }));
    const problems = Array.from({ length: 1003 }, () => ({
      code: 'bad-row',
      message: 'Bad.',
      severity: 'error' as const,
    }));
    const html = reportHtml(reconciliation(cards, { unmapped: { accounts, skus: [] }, problems }));
    expect(html).toContain('<p>1 more row; the CSV of what is unmapped has them all.</p>');
    expect(html).toContain('<p>3 more rows; the input has them all.</p>');
  });

  it('takes an empty reconciliation', () => {
    const html = reportHtml(reconciliation([]));
    expect(dataOf(html).cards).toEqual([]);
    expect(html).toContain('<title>Reconciliation, December 2026 – psa-main</title>');
  });
});
