import { type AutotaskOptions, autotask } from 'trueup/connectors/autotask';
import { pullPsa } from 'trueup/sync';
import { createWorld, type Mock, mockSystem, type World } from 'trueup/testing';
import { describe, expect, it } from 'vitest';

const world = createWorld('autotask', 'small');
const running = new Set(
  world.psa.contracts
    .filter(({ status, endDate }) => status === 'active' && (endDate === null || endDate > '2027-06-01'))
    .map(({ id }) => id),
);
const plain = world.psa.lines.find(
  (line) => running.has(line.contractId) && line.endDate === null && (line.startDate ?? '') < '2026-10-01',
);
if (!plain) throw new Error('the world has no plain line');

interface Stage {
  readonly mock: Mock<AutotaskOptions>;
  readonly units: number;
  pull(options?: Partial<AutotaskOptions>): ReturnType<typeof pullPsa>;
  on(day: string): Promise<{ readonly units: number; readonly billedThrough?: string } | null>;
  set(from: number, to: number, on: string): Promise<void>;
}

function stage(
  given: World = world,
  line: { readonly id: string } = plain as { readonly id: string },
): Stage {
  const mock = mockSystem('autotask', given);
  const psa = autotask(mock.options);
  const found = mock.state.lines.get(line.id);
  if (!found) throw new Error('no such line');
  const { id: lineId, contractId, customerId, serviceId, units } = found;
  const ref = { lineId, contractId, customerId, serviceId };
  const context = { runtime: mock.runtime };
  return {
    mock,
    units,
    pull: (options = {}) => pullPsa(autotask({ ...mock.options, ...options }), { runtime: mock.runtime }),
    on: (day) => psa.readLine({ ...ref, on: day }, context),
    set: (from, to, on) => psa.setQuantity({ ...ref, from, to, on, mode: 'dated' }, context),
  };
}

/** Rows of one entity as the mock would send them, changed by a test. */
function edit(mock: Mock, path: RegExp, change: (rows: Record<string, unknown>[]) => unknown): void {
  mock.faults.inject(
    {
      name: 'edit',
      reply: (reply) => {
        const json = reply.json as Record<string, Record<string, unknown>[]>;
        const name = 'items' in json ? 'items' : 'fields';
        return { ...reply, json: { ...json, [name]: change(json[name] ?? []) } };
      },
    },
    { path, times: Number.POSITIVE_INFINITY },
  );
}

describe('autotask: dated quantities', () => {
  it('a change holds from its day on, and the pull shows what holds today', async () => {
    const { on, set, pull, units } = stage();
    await set(units, units + 5, '2026-12-01');
    expect((await on('2026-11-30'))?.units).toBe(units);
    expect((await on('2026-12-01'))?.units).toBe(units + 5);
    expect((await on('2027-01-15'))?.units).toBe(units + 5);
    const { lines } = await pull();
    expect(lines.find(({ id }) => id === plain.id)?.units).toBe(units);
  });

  it('a change inside a period splits it; the later part holds on the day both cover', async () => {
    const { on, set, units } = stage();
    await set(units, units + 2, '2026-12-15');
    await set(units + 2, units + 1, '2026-12-20');
    const seen = await Promise.all(['2026-12-14', '2026-12-15', '2026-12-19', '2026-12-20'].map(on));
    expect(seen.map((state) => state?.units)).toEqual([units, units + 2, units + 2, units + 1]);
  });

  it.each([false, true])(
    'of two rows that begin on one day the later made holds, in whatever order they come',
    async (reversed) => {
      const { mock, on, pull, units } = stage();
      edit(mock, /ContractServiceUnits\/query$/i, (rows) => {
        const twice = rows.flatMap((row, i) =>
          String(row.contractServiceID) === plain.id
            ? // Ids are numbers: 10 is later than 9.
              [
                { ...row, id: 10 ** (i + 1) - 1 },
                { ...row, id: 10 ** (i + 1), units: units + 7 },
              ]
            : [],
        );
        return reversed ? twice.reverse() : twice;
      });
      expect((await on('2026-11-20'))?.units).toBe(units + 7);
      const { lines } = await pull();
      expect(lines.find(({ id }) => id === plain.id)?.units).toBe(units + 7);
    },
  );

  it('the same difference posted twice would count twice', async () => {
    const { on, set, units } = stage();
    await set(units, units + 2, '2026-12-01');
    await set(units, units + 2, '2026-12-01');
    expect((await on('2026-12-01'))?.units).toBe(units + 4);
  });

  it('what is sent is the difference, whole, with its day', async () => {
    const { mock, set, units } = stage();
    await set(units, units - 1, '2026-12-01');
    expect(mock.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/atservicesrest/V1.0/ContractServiceAdjustments',
      body: { contractServiceID: Number(plain.id), unitChange: -1, effectiveDate: '2026-12-01T00:00:00Z' },
    });
    const sent = mock.requests.length;
    await expect(set(units, units + 0.5, '2026-12-01')).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(set(0.5, 1, '2026-12-01')).rejects.toMatchObject({ code: 'REFUSED' });
    expect(mock.requests.length).toBe(sent);
  });

  it('a posted period is told by its last day', async () => {
    const { on, pull } = stage();
    expect(await on('2026-10-15')).toMatchObject({ billedThrough: '2026-10-31' });
    expect(await on('2026-11-15')).not.toHaveProperty('billedThrough');
    const { lines, contracts } = await pull();
    const monthly = new Set(
      contracts.filter(({ billingCycle }) => billingCycle === 'monthly').map((c) => c.id),
    );
    const line = lines.find(({ contractId, endDate }) => monthly.has(contractId) && endDate === null);
    expect(line?.billedThrough).toBe('2026-10-31');
  });

  it('a day no period covers is no line', async () => {
    expect(await stage().on('2031-01-01')).toBeNull();
  });

  it('a running contract without a single quantity is not reconciled', async () => {
    const { mock, pull } = stage();
    edit(mock, /ContractServiceUnits\/query$/i, (rows) =>
      rows.filter(({ contractID }) => contractID !== Number(plain.contractId)),
    );
    const { receipt, lines } = await pull();
    expect(receipt.incompleteContracts).toEqual([plain.contractId]);
    expect(lines.filter(({ contractId }) => contractId === plain.contractId)).toEqual([]);
    expect(receipt.problems.map(({ code }) => code)).toContain('no-units');
  });
});

describe('autotask: what the tenant named', () => {
  const relabel = (mock: Mock, entity: string, from: string, to: string): void =>
    edit(mock, new RegExp(`${entity}/entityInformation/fields$`, 'i'), (fields) =>
      fields.map((one) => ({
        ...one,
        picklistValues: (one.picklistValues as { label: string }[] | null)?.map((value) =>
          value.label === from ? { ...value, label: to } : value,
        ),
      })),
    );

  it('contracts of other types are left out', async () => {
    const { pull } = stage();
    const { contracts } = await pull();
    expect(contracts.some(({ name }) => name === 'Block of hours')).toBe(false);
  });

  it('a type that cannot be told leaves every contract unreconciled, not unbilled', async () => {
    const { mock, pull } = stage();
    relabel(mock, 'Contracts', 'Recurring Service', 'Managed');
    const { contracts, receipt } = await pull();
    expect(receipt.incompleteContracts).toEqual(contracts.map(({ id }) => id));
    const named = await pull({ recurringTypes: ['managed'] });
    expect(named.receipt.complete).toBe(true);
    expect(named.lines).not.toEqual([]);
  });

  it('a status that cannot be told is reported; the options name it', async () => {
    const { mock, pull } = stage();
    relabel(mock, 'Contracts', 'Active', 'Live');
    expect((await pull()).receipt.complete).toBe(false);
    const { receipt, contracts } = await pull({ contractStatuses: { Live: 'active' } });
    expect(receipt.complete).toBe(true);
    expect(contracts.some(({ status }) => status === 'active')).toBe(true);
  });

  it('without a company type called Customer nobody is taken for a stranger', async () => {
    const { mock, pull } = stage();
    relabel(mock, 'Companies', 'Customer', 'Client');
    const { customers, receipt } = await pull();
    expect(customers.every(({ isCustomer }) => isCustomer === undefined)).toBe(true);
    expect(receipt.problems[0]?.message).toContain('customerTypes');
    const named = await pull({ customerTypes: ['Client'] });
    expect(named.customers.filter(({ isCustomer }) => isCustomer === false)).toHaveLength(1);
  });
});

describe('autotask: prices', () => {
  it.each([
    [{ unitPrice: 25, internalCurrencyUnitPrice: 27.2 }, '27.2'],
    [{ unitPrice: 25, internalCurrencyUnitPrice: null }, '25'],
    // Not worked out where there is one currency only.
    [{ unitPrice: 25, internalCurrencyUnitPrice: 0 }, '25'],
    [{ unitPrice: 0, internalCurrencyUnitPrice: 0 }, '0'],
  ])('%j are in the one currency of the database', async (prices, expected) => {
    const { mock, pull } = stage();
    edit(mock, /ContractServices\/query$/i, (rows) =>
      rows.map((row) => (String(row.id) === plain.id ? { ...row, ...prices } : row)),
    );
    const { lines } = await pull();
    expect(lines.find(({ id }) => id === plain.id)?.unitPrice).toBe(expected);
  });
});

describe('autotask: bundles', () => {
  const line = { ...plain, id: 'bundle:99001', serviceId: 'bundle:881', units: 6 };
  const service = { id: 'bundle:881', name: 'Managed Workplace', active: true };
  const { psa } = world;
  const bundled: World = {
    ...world,
    psa: { ...psa, services: [...psa.services, service], lines: [...psa.lines, line] },
  };

  it('are lines of their own, read and written like services', async () => {
    const { mock, pull, on, set } = stage(bundled, line);
    const snapshot = await pull();
    expect(snapshot.receipt.complete).toBe(true);
    expect(snapshot.services).toContainEqual({ ...service });
    expect(snapshot.lines.find(({ id }) => id === line.id)).toMatchObject({
      serviceId: service.id,
      units: 6,
      unitPrice: plain.unitPrice,
    });
    await set(6, 8, '2026-12-01');
    expect((await on('2026-12-01'))?.units).toBe(8);
    expect(mock.state.writes).toEqual([{ lineId: line.id, from: 6, to: 8, on: '2026-12-01' }]);
  });
});

describe('autotask: zones', () => {
  it('are asked for, and asked for again after a 401: the database moved', async () => {
    const { mock } = stage();
    const hosts: string[] = [];
    let zone = 'webservices14';
    const runtime = {
      ...mock.runtime,
      fetch: async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
        const request = new Request(input, init);
        const { host } = new URL(request.url);
        hosts.push(host);
        const moved = host === 'webservices14.autotask.net' && zone !== 'webservices14';
        if (moved) return Response.json({ errors: ['wrong zone'] }, { status: 401 });
        if (host === 'webservices.autotask.net') {
          return Response.json({ url: `https://${zone}.autotask.net/ATServicesRest/` });
        }
        return mock.runtime.fetch(
          new Request(request.url.replace('webservices15', 'webservices14').replace('ATS', 'ats'), request),
        );
      },
    };
    const psa = autotask(mock.options);
    await psa.check({ runtime });
    zone = 'webservices15';
    await psa.check({ runtime });
    expect(hosts.map((host) => host.split('.')[0])).toEqual([
      'webservices',
      'webservices14',
      'webservices14',
      'webservices',
      'webservices15',
    ]);
  });

  it('the user name is encoded, and no credentials go to the look-up', async () => {
    const { mock, pull } = stage();
    await pull();
    const [first] = mock.requests;
    expect(first?.url).toContain('user=api%2Buser%40msp.example');
    expect(first?.headers).not.toHaveProperty('secret');
    expect(first?.headers).not.toHaveProperty('apiintegrationcode');
  });

  it('too many threads, told with status 500, is waited for', async () => {
    const { mock, pull } = stage();
    const body = '{"errors":["Itgenatr005: thread threshold exceeded"]}';
    const { faults } = await import('trueup/testing');
    mock.faults.inject(faults.status(500, { body }), { nth: 3 });
    expect((await pull()).receipt.complete).toBe(true);
  });
});
