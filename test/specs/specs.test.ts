import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyConnector, createWorld, type Mock, mockSystem, vendorSlugs } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import type { PsaConnector } from '../../src/connector/spec.ts';
import type { Runtime } from '../../src/transport/runtime.ts';
import { type Exchange, loadSpec } from './openapi.ts';
import { systems } from './systems.ts';

const root = new URL('../..', import.meta.url).pathname;
const folder = process.env.TRUEUP_SPECS ?? join(root, '../shared/specs');
const missing = `no folder of OpenAPI files at ${folder}; set TRUEUP_SPECS`;

/** Everything a connector can do, with every exchange written down. */
async function exchanges(mock: Mock, connector: AnyConnector): Promise<Exchange[]> {
  const found: Exchange[] = [];
  const parsed = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  const runtime: Runtime = {
    ...mock.runtime,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const sent = parsed(await request.clone().text());
      const response = await mock.runtime.fetch(request);
      const responseBody = parsed(await response.clone().text());
      const { method, url } = request;
      found.push({ method, url, requestBody: sent, status: response.status, responseBody });
      return response;
    },
  };
  const context = { runtime };
  await connector.check(context);
  const rows = connector.pull(context);
  for (let page = await rows.next(); !page.done; ) page = await rows.next();
  if (connector.role === 'psa') await writeOnce(connector, mock, context);
  return found;
}

async function writeOnce(
  psa: PsaConnector,
  mock: Mock,
  context: { readonly runtime: Runtime },
): Promise<void> {
  const active = new Set(
    mock.expected.psa?.contracts.filter(({ status }) => status === 'active').map(({ id }) => id),
  );
  const line = [...mock.state.lines.values()].find(
    (one) => active.has(one.contractId) && one.endDate === null,
  );
  if (!line) throw new Error('the world has no running line');
  const { id: lineId, contractId, customerId, serviceId, units } = line;
  const ref = { lineId, contractId, customerId, serviceId, on: '2026-12-01' };
  await psa.readLine(ref, context);
  if (psa.capabilities.writes === 'none') return;
  const mode = psa.capabilities.dating === 'dated' ? 'dated' : 'immediate';
  await psa.setQuantity({ ...ref, from: units, to: units + 1, mode }, context);
  await psa.addLine?.({ contractId, customerId, serviceId, units: 2, on: ref.on }, context);
  await psa.findLines?.({ contractId, serviceId, on: ref.on }, context);
}

describe.each(systems)("$slug against its vendor's own description", (system) => {
  const title = 'sends and answers what is described';
  const absent = system.specs.find(({ file }) => !existsSync(join(folder, file)));
  if (absent) {
    it.skip(`${title} (skipped: ${existsSync(folder) ? `no ${absent.file}` : missing})`, () => {});
    return;
  }
  it(title, async () => {
    const vendors = vendorSlugs.includes(system.slug) ? [system.slug] : ['pax8'];
    const world = createWorld('specs', { customers: 8, vendors });
    const mock = mockSystem(system.slug, world) as Mock<never>;
    const specs = system.specs.map((one) => loadSpec(join(folder, one.file), one));
    const used = new Set<RegExp>();
    const differences = new Set<string>();
    let checked = 0;
    for (const exchange of await exchanges(mock, system.connect(mock))) {
      const found = specs.map((spec) => spec.check(exchange)).find((one) => one !== null);
      if (found) checked++;
      for (const one of found ?? [`${exchange.method} ${new URL(exchange.url).pathname} is not described`]) {
        const known = system.known.filter(({ match }) => match.test(one));
        for (const { match } of known) used.add(match);
        if (known.length === 0) differences.add(one);
      }
    }
    expect([...differences]).toEqual([]);
    expect(checked).toBeGreaterThan(2);
    // A known fault that no longer shows is taken off the list.
    expect(system.known.filter(({ match }) => !used.has(match)).map(({ reason }) => reason)).toEqual([]);
  });
});
