/** Runs under `node --test` (see scripts/test-browser.ts): the report page as a person meets it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { compareLicenses } from '../../src/compare/licenses.ts';
import { threeWay } from '../../src/compare/three-way.ts';
import type { LicenseComparison } from '../../src/compare/types.ts';
import type { FindingLike } from '../../src/report/findings.ts';
import { type ReportHtmlOptions, reportHtml } from '../../src/report/html.ts';
import { distributor, links, rmm } from '../compare/fixture.ts';
import { card, nastyNames, reconciliation, reviewOf } from '../report/fixture.ts';

const { source: axeSource } = createRequire(import.meta.url)('axe-core') as { source: string };

const cards = [
  card('1', { customer: 'Acme', service: 'Backup', psa: 10, vendor: 12, conditions: ['multi-mapped'] }),
  card('2', { customer: 'Acme', service: 'Email', psa: 5, vendor: 'no-count' }),
  card('3', {
    customer: 'Beta',
    service: 'Backup',
    psa: 30,
    vendor: 25,
    conditions: ['stale-psa', 'committed'],
  }),
  card('4', { customer: 'Beta', service: 'EDR', psa: 3, vendor: 'not-connected' }),
  card('5', { customer: 'Gamma', service: 'Email', psa: null, vendor: 40 }),
  card('6', { customer: 'Gamma', service: 'EDR', psa: 7, vendor: 7 }),
];
const findings: FindingLike[] = [
  { cardId: '1', cause: 'off-by-one', message: 'An admin account is counted.', certain: true, units: 1 },
  { cardId: '1', cause: 'stale-psa', message: 'The PSA was read two days ago.', certain: false, units: null },
];
const history = [
  reconciliation([card('1', { customer: 'Acme', psa: 10, vendor: 11 })], { period: '2026-10' }),
  reconciliation([card('1', { customer: 'Acme', psa: 10, vendor: 7 })], { period: '2026-11' }),
];

let folder = '';
let browser: Browser;
let files = 0;

interface Opened {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
  readonly ms: number;
}

async function open(html: string, options: { dark?: boolean; width?: number } = {}): Promise<Opened> {
  files += 1;
  const file = join(folder, `page-${files}.html`);
  writeFileSync(file, html);
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1280, height: 800 },
    colorScheme: options.dark ? 'dark' : 'light',
  });
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => errors.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  const start = performance.now();
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('html[data-ready]');
  return { page, errors, requests, ms: Math.round(performance.now() - start) };
}

const small = (options: ReportHtmlOptions = {}): string =>
  reportHtml(reconciliation(cards), { findings, history, review: reviewOf(cards[0]!, 11), ...options });

/** Customer and service of the rows drawn, from the top. */
const titles = (page: Page): Promise<string[]> => page.locator('#rows .row .title').allInnerTexts();

const read = async (locator: Locator): Promise<string> =>
  (await locator.allInnerTexts()).join(' ').replace(/\s+/g, ' ');

async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: {
        run: (
          node: Document,
          options: object,
        ) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await run.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
    );
  });
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-page-'));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the list', () => {
  it('opens without an error and without asking the network for anything', async () => {
    const { page, errors, requests } = await open(small());
    assert.deepEqual(await titles(page), [
      'Gamma',
      'Email',
      'EDR',
      'Beta',
      'Backup',
      'EDR',
      'Acme',
      'Backup',
      'Email',
    ]);
    assert.deepEqual(errors, []);
    assert.equal(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:')).length, 0);
    assert.match(await read(page.locator('#shown')), /^6 of 6 cards · \+42 \/ −5 units/);
    await page.close();
  });

  it('shows a dash and a crossed plug for unknown, with words, and what was decided', async () => {
    const { page } = await open(small());
    const vendor = (title: string, nth: number) =>
      page.locator('.row.card', { hasText: title }).nth(nth).locator('.vendor');
    assert.equal(await read(vendor('Email', 1)), '— no count');
    assert.equal(await vendor('EDR', 1).locator('svg.plug').count(), 1);
    assert.match(await read(vendor('EDR', 1)), /not connected/);
    assert.equal(
      await read(page.locator('.row.card', { hasText: 'Backup' }).nth(1).locator('.reconciled')),
      '11',
    );
    await page.close();
  });

  it('scrolls the tabs sideways only', async () => {
    const { page } = await open(small());
    const { overflowX, overflowY } = await page.locator('.tabs').evaluate((one) => {
      const style = getComputedStyle(one);
      return { overflowX: style.overflowX, overflowY: style.overflowY };
    });
    assert.deepEqual([overflowX, overflowY], ['auto', 'hidden']);
    await page.close();
  });

  it('filters by tile, by search and by condition', async () => {
    const { page } = await open(small());
    // From another tab, a tile brings the list back.
    await page.click('#tab-sources');
    const over = page.locator('[data-filter="over"]');
    await over.click();
    assert.equal(await over.getAttribute('aria-pressed'), 'true');
    assert.deepEqual(await titles(page), ['Beta', 'Backup']);
    await over.click();
    assert.equal((await titles(page)).length, 9);
    await page.fill('#search', 'acme BACK');
    assert.deepEqual(await titles(page), ['Acme', 'Backup']);
    await page.fill('#search', 'nobody');
    assert.equal(await page.locator('#nothing').isVisible(), true);
    assert.match(await read(page.locator('#shown')), /^0 of 6 cards/);
    await page.fill('#search', '');
    await page.selectOption('#condition', 'held up by a commitment');
    assert.deepEqual(await titles(page), ['Beta', 'Backup']);
    await page.close();
  });

  it('sorts by every column, unknown last, within customers and over all', async () => {
    const { page } = await open(small());
    const sortBy = (key: string) => page.locator(`[data-sort="${key}"] button`).click();
    await sortBy('name');
    assert.deepEqual((await titles(page)).slice(0, 3), ['Acme', 'Backup', 'Email']);
    assert.equal(await page.locator('[data-sort="name"]').getAttribute('aria-sort'), 'ascending');
    await page.uncheck('#grouped');
    await sortBy('psa');
    assert.equal(await page.locator('[data-sort="psa"]').getAttribute('aria-sort'), 'descending');
    assert.deepEqual(await page.locator('.row .psa').allInnerTexts(), ['30', '10', '7', '5', '3', '']);
    await sortBy('psa');
    assert.deepEqual(await page.locator('.row .psa').allInnerTexts(), ['3', '5', '7', '10', '30', '']);
    for (const key of ['vendor', 'reconciled', 'variance', 'impact', 'state']) await sortBy(key);
    assert.equal(await page.locator('.row').count(), 6);
    await page.close();
  });

  it('opens a card to its numbers, contributions, trace, diagnosis and proposal', async () => {
    const { page } = await open(small());
    await page.locator('.row.card', { hasText: 'Backup' }).nth(1).click();
    const text = await read(page.locator('#panel'));
    for (const words of [
      'Acme',
      'Set the quantity to 12.',
      'PSA lines',
      'Vendor contributions',
      'ref ref-1',
      'How the vendor number came about',
      'Certain off-by-one explains +1',
      'An admin account is counted.',
      'Perhaps stale-psa',
      'several SKUs summed',
      '11',
      'adjusted',
    ]) {
      assert.ok(text.includes(words), `${words} is missing in\n${text}`);
    }
    await page.click('#previous');
    assert.match(await read(page.locator('#panel-title')), /EDR/);
    await page.click('#close');
    assert.equal(await page.locator('#panel').isVisible(), false);
    await page.close();
  });

  it('opens a customer to the trend over the periods', async () => {
    const { page } = await open(small());
    await page.locator('.row.customer', { hasText: 'Acme' }).click();
    const rows = await page
      .locator('#panel section', { hasText: 'Trend' })
      .locator('tbody tr')
      .allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.split(/\s+/)),
      [
        ['2026-10', '1', '0'],
        ['2026-11', '0', '3'],
        ['2026-12', '2', '0'],
      ],
    );
    await page.close();
  });
});

describe('licences and bills', () => {
  const at = (asOf: string, units: number): LicenseComparison =>
    compareLicenses({
      devices: [
        rmm({
          counts: [
            { accountId: 'a1', units },
            { accountId: 'a2', units: 3 },
          ],
        }),
      ],
      licenses: [
        distributor({
          counts: [
            { accountId: 'a1', units: 10 },
            { accountId: 'a2', units: 3 },
          ],
        }),
      ],
      mapping: { accounts: links() },
      customers: [{ id: 'c1', name: '<b>Acme</b>' }],
      asOf,
      services: [
        {
          id: 'all',
          name: 'Desktops',
          devices: [{ vendor: 'rmm', skuId: 'device' }],
          licenses: [{ vendor: 'pax8', skuId: 'seat' }],
        },
      ],
    });
  const licenses = at('2026-12-01T00:00:00Z', 12);
  const both = threeWay({
    reconciliation: reconciliation([]),
    bought: [distributor({ counts: [{ accountId: 'a1', units: 10 }] })],
    used: [rmm({ counts: [{ accountId: 'a1', units: 12 }] })],
    mapping: { accounts: links(1) },
    services: [
      {
        id: 'edr',
        bought: [{ vendor: 'pax8', skuId: 'seat' }],
        used: [{ vendor: 'rmm', skuId: 'device' }],
        serviceIds: [],
      },
    ],
  });
  const html = reportHtml(reconciliation(cards), {
    licenses,
    licenseHistory: [at('2026-11-01T00:00:00Z', 9)],
    threeWay: both,
  });

  it('filters clients by tile, opens one to services and earlier snapshots, and passes axe', async () => {
    for (const dark of [false, true]) {
      const { page, errors } = await open(html, { dark });
      await page.click('#tab-licences');
      const rows = () => page.locator('#licence-rows tbody tr:visible').allInnerTexts();
      assert.equal((await rows()).length, 3);
      await page.click('[data-status="under-licensed"]');
      assert.deepEqual(
        (await rows()).map((row) => row.split(/\s+/).slice(0, 4)),
        [['<b>Acme</b>', '12', '10', '+2']],
      );
      await page.click('#licence-rows summary');
      assert.match(
        await read(page.locator('#licence-rows details')),
        /Desktops: 12 devices, 10 licences \+2 .*2026-11-01: 9 devices/,
      );
      assert.deepEqual(await axe(page), []);
      await page.click('[data-status="under-licensed"]');
      await page.click('[data-status="no-data"]');
      assert.match((await rows()).join(), /not reported/);
      await page.click('#tab-three');
      await page.click('[data-status="used-over-billed"]');
      assert.equal(await page.locator('#three-rows tbody tr:visible').count(), 0);
      await page.click('[data-status="bought-short"]');
      assert.match(
        await read(page.locator('#three-rows tbody tr:visible')),
        /edr 10 12 0 short 2 under-billed 12/,
      );
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(errors, []);
      await page.close();
    }
  });
});

describe('the keyboard', () => {
  it('does everything', async () => {
    const { page } = await open(small());
    const press = (key: string) => page.keyboard.press(key);
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
    for (let tries = 0; tries < 40 && (await focused()) !== 'grid'; tries += 1) await press('Tab');
    assert.equal(await focused(), 'grid');
    const active = () =>
      page.evaluate(
        () =>
          document
            .getElementById(document.getElementById('grid')?.getAttribute('aria-activedescendant') ?? '')
            ?.querySelector('.title')?.textContent,
      );
    assert.equal(await active(), 'Gamma');
    await press('ArrowLeft');
    assert.equal((await titles(page))[1], 'Beta');
    await press('ArrowRight');
    await press('ArrowDown');
    assert.equal(await active(), 'Email');
    await press('Enter');
    assert.equal(await focused(), 'panel-title');
    await press('Escape');
    assert.equal(await focused(), 'grid');
    assert.equal(await active(), 'Email');
    await press('ArrowLeft');
    assert.equal(await active(), 'Gamma');
    await press('End');
    assert.equal(await active(), 'Email');
    await press('Home');
    assert.equal(await active(), 'Gamma');
    // Back to the tabs, and to another one.
    await page.locator('#tab-cards').focus();
    await press('ArrowRight');
    assert.equal(await focused(), 'tab-unmapped');
    assert.equal(await page.locator('#unmapped').isVisible(), true);
    assert.equal(await page.locator('#cards').isVisible(), false);
    await page.close();
  });
});

describe('accessibility', () => {
  for (const dark of [false, true]) {
    it(`has no axe violation ${dark ? 'dark' : 'light'}, on any tab, with a panel open, and narrow`, async () => {
      const full = reconciliation(cards, {
        unmapped: {
          accounts: [{ vendor: 'rmm', accountId: 'a9', name: 'Nine', active: true, counts: [] }],
          skus: [],
        },
        problems: [{ code: 'x', message: 'Something.', severity: 'warning' }],
      });
      const html = reportHtml(full, { findings, history });
      for (const width of [1280, 400]) {
        const { page } = await open(html, { dark, width });
        assert.deepEqual(await axe(page), []);
        for (const tab of ['unmapped', 'scope', 'sources', 'problems', 'cards']) {
          await page.click(`#tab-${tab}`);
          assert.deepEqual(await axe(page), []);
        }
        await page.locator('.row.card').first().click();
        assert.deepEqual(await axe(page), []);
        await page.click('#close');
        await page.locator('.row.customer').first().click();
        assert.deepEqual(await axe(page), []);
        await page.close();
      }
    });
  }

  it('switches between light and dark by hand', async () => {
    const { page } = await open(small());
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.click('#theme');
    assert.notEqual(await background(), light);
    await page.click('#theme');
    assert.equal(await background(), light);
    await page.close();
  });
});

describe('hostile text', () => {
  it('shows every name as text, in the list and in the panel', async () => {
    const nasty = nastyNames.map((name, at) => card(String(at), { customer: name, service: name }));
    const html = reportHtml(
      reconciliation(nasty, {
        psa: '</title><script>alert(2)</script>',
        problems: nastyNames.map((message) => ({ code: message, message, severity: 'error' as const })),
      }),
      {
        findings: nastyNames.map((message, at) => ({
          cardId: String(at),
          cause: 'wrong-sku',
          message,
          certain: true,
          units: null,
        })),
      },
    );
    const { page, errors } = await open(html);
    let alerts = 0;
    page.on('dialog', (dialog) => {
      alerts += 1;
      void dialog.dismiss();
    });
    assert.ok((await titles(page)).includes('<script>alert(1)</script>'));
    await page.uncheck('#grouped');
    for (let at = 0; at < nasty.length; at += 1) {
      await page.locator('.row.card').nth(at).click();
      await page.keyboard.press('Escape');
    }
    assert.equal(await page.locator('main script, main img, #panel script, #panel img').count(), 0);
    assert.equal(alerts, 0);
    assert.deepEqual(errors, []);
    await page.close();
  });

  it('lets no other script, style or request in', async () => {
    const { page } = await open(small());
    const result = await page.evaluate(async () => {
      const broken: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => broken.push(event.effectiveDirective));
      const image = new Image();
      image.src = 'https://example.com/x.png';
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.head.append(style);
      const reached = await fetch('https://example.com/').then(
        () => true,
        () => false,
      );
      let wrote = true;
      try {
        const script = document.createElement('script');
        script.textContent = 'globalThis.pwned = true';
        document.body.append(script);
      } catch {
        wrote = false;
      }
      await new Promise((done) => setTimeout(done, 50));
      return {
        broken: [...new Set(broken)].sort(),
        reached,
        wrote: wrote && 'pwned' in globalThis,
        shown: getComputedStyle(document.body).display,
      };
    });
    assert.equal(result.reached, false);
    assert.equal(result.wrote, false);
    assert.equal(result.shown, 'block');
    for (const directive of ['connect-src', 'img-src', 'style-src-elem']) {
      assert.ok(result.broken.includes(directive), `${directive} held: ${result.broken.join()}`);
    }
    await page.close();
  });
});

describe('20 000 cards', () => {
  const many = Array.from({ length: 20_000 }, (_, at) =>
    card(`card-${at}`, {
      customer: `Customer ${String(Math.floor(at / 10)).padStart(4, '0')}`,
      service: `Service ${at % 10}`,
      psa: at % 50,
      vendor: at % 7 === 0 ? 'no-count' : (at % 50) + ((at * 7) % 11) - 5 + (at % 50 < 6 ? 6 : 0),
    }),
  );

  it('opens, scrolls, sorts and searches with few rows in the document', async (test) => {
    const html = reportHtml(reconciliation(many));
    const { page, errors, ms } = await open(html);
    const drawn = () => page.locator('#rows .row').count();
    assert.ok((await drawn()) < 80);
    const _start = performance.now();
    await page.click('#fold-all');
    assert.equal(await page.locator('#grid').getAttribute('aria-rowcount'), '22001');
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.waitForFunction(() => document.querySelector('#row-21999') !== null);
    assert.ok((await drawn()) < 80);
    await page.fill('#search', 'card-12343');
    assert.deepEqual(await titles(page), ['Customer 1234', 'Service 3']);
    await page.fill('#search', '');
    await page.uncheck('#grouped');
    await page.locator('[data-sort="vendor"] button').click();
    assert.equal(await page.locator('#grid').getAttribute('aria-rowcount'), '20001');
    assert.ok((await drawn()) < 80);
    assert.deepEqual(errors, []);
    const _megabytes = (html.length / 1e6).toFixed(1);
    const megabytes = (html.length / 1e6).toFixed(1);
    test.diagnostic(`${megabytes} MB, opened in ${ms} ms`);
    await page.close();
  });
});

describe('paper and nothing', () => {
  it('prints the whole list', async () => {
    const rows = Array.from({ length: 300 }, (_, at) => card(`p-${at}`, { customer: `Customer ${at}` }));
    const { page } = await open(reportHtml(reconciliation(rows)));
    assert.ok((await page.locator('#rows .row').count()) < 80);
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    assert.equal(await page.locator('#rows .row').count(), 600);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    assert.ok((await page.locator('#rows .row').count()) < 80);
    const pdf = await page.pdf({ format: 'A4', landscape: true });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    assert.ok(pages > 5, `${pages} pages`);
    await page.close();
  });

  it('opens an empty reconciliation', async () => {
    const { page, errors } = await open(reportHtml(reconciliation([])));
    assert.equal(await page.locator('#nothing').isVisible(), true);
    assert.deepEqual(errors, []);
    assert.deepEqual(await axe(page), []);
    await page.close();
  });
});
