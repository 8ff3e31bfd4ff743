import { createHash } from 'node:crypto';
import { compareLicenses, summarize, threeWay } from 'trueup';
import { reportHtml } from 'trueup/report';
import { describe, expect, it } from 'vitest';
import { buildPage } from '../../scripts/build-page.ts';
import type { PageData } from '../../src/report/page/data.ts';
import * as generated from '../../src/report/page.generated.ts';
import { rmm } from '../compare/fixture.ts';
import { card, nastyNames, reconciliation, reviewOf } from './fixture.ts';

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

  it('takes an empty reconciliation', () => {
    const html = reportHtml(reconciliation([]));
    expect(dataOf(html).cards).toEqual([]);
    expect(html).toContain('<title>Reconciliation, December 2026 – psa-main</title>');
  });
});
