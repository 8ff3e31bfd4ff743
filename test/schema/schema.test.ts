import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { TrueupError } from 'trueup';
import {
  type Checked,
  checkApplyReport,
  checkDecisions,
  checkJournal,
  checkMapping,
  checkPsaSnapshot,
  checkReconciliation,
  checkReview,
  checkVendorSnapshot,
  checkWritePlan,
  type DocumentName,
  jsonSchema,
  parsePsaSnapshot,
} from 'trueup/schema';
import { describe, expect, it } from 'vitest';
import { isInstant, isPlainDate } from '../../src/model/dates.ts';
import { isDecimal } from '../../src/model/money.ts';
import { isUnits } from '../../src/model/units.ts';
import { formatPath } from '../../src/schema/problems.ts';
import { examples } from './examples.ts';
import { pathsOf, replaced, valueAt, without } from './mutate.ts';

const checks: Readonly<Record<DocumentName, (value: unknown) => Checked<unknown>>> = {
  'psa-snapshot': checkPsaSnapshot,
  'vendor-snapshot': checkVendorSnapshot,
  mapping: checkMapping,
  decisions: checkDecisions,
  reconciliation: checkReconciliation,
  review: checkReview,
  'write-plan': checkWritePlan,
  'apply-report': checkApplyReport,
  journal: checkJournal,
};
const strict: readonly DocumentName[] = ['mapping', 'decisions'];
const names = Object.keys(checks) as DocumentName[];

const problemsOf = (name: DocumentName, value: unknown): [string, string][] => {
  const result = checks[name](value);
  return result.ok ? [] : result.problems.map(({ code, path = '' }) => [code, path]);
};

// What was refused is echoed as it came, whatever it was.
const checkedPaths = (name: DocumentName) =>
  pathsOf(examples[name]).filter((path) => !formatPath(path).startsWith('refused[0].decision.'));

describe.each(names)('%s', (name) => {
  const example = examples[name];
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  const validJson = ajv.compile(jsonSchema(name) as object);

  it('takes a whole value and hands that very value back', () => {
    expect(checks[name](example)).toEqual({ ok: true, value: example });
    const result = checks[name](example);
    expect(result.ok && result.value).toBe(example);
    expect(validJson(example)).toBe(true);
  });

  it('sees a value of the wrong kind anywhere, and says where', () => {
    for (const path of checkedPaths(name)) {
      const broken = replaced(example, path, [['not this']]);
      const at = formatPath(path);
      expect(problemsOf(name, broken).map(([, where]) => where.slice(0, at.length))).toContain(at);
      expect(validJson(broken), at).toBe(false);
    }
  });

  it('sees a missing field, and JSON Schema agrees on which may be missing', () => {
    for (const path of checkedPaths(name).filter((path) => typeof path.at(-1) === 'string')) {
      const broken = without(example, path);
      const found = problemsOf(name, broken);
      if (found.length > 0) expect(found).toContainEqual(['missing-value', formatPath(path)]);
      expect(validJson(broken), formatPath(path)).toBe(found.length === 0);
    }
  });

  it(strict.includes(name) ? 'refuses unknown fields' : 'keeps unknown fields', () => {
    const rows = checkedPaths(name).filter((path) => {
      const value = valueAt(example, path);
      const isTable = ['resources', 'externalIds', 'ids', 'counts', 'cards', 'proposals'].includes(
        String(path.at(-1)),
      );
      return typeof value === 'object' && value !== null && !Array.isArray(value) && !isTable;
    });
    expect(rows.length).toBeGreaterThan(0);
    for (const path of rows) {
      const widened = replaced(example, [...path, 'ours'], 1);
      const field = formatPath([...path, 'ours']);
      expect(problemsOf(name, widened)).toEqual(strict.includes(name) ? [['unknown-field', field]] : []);
      expect(validJson(widened), field).toBe(!strict.includes(name));
    }
  });

  it('refuses what is no such value at all', () => {
    for (const value of [null, undefined, 0, '', true, Symbol('x'), () => 1, 1n, new Map()]) {
      expect(checks[name](value).ok).toBe(false);
    }
  });
});

describe('fields', () => {
  const psa = examples['psa-snapshot'];
  const accepts = (path: (string | number)[], value: unknown): boolean =>
    checkPsaSnapshot(replaced(psa, path, value)).ok;

  it('agrees with the core on what a quantity, a day, a time and a price is', () => {
    const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, -1, 0.1 + 0.2, 2e9, 2e9 + 1, 1e-7);
    const date = fc.tuple(fc.nat(9999), fc.nat(13), fc.nat(32)).map(([year, month, day]) => {
      return [String(year).padStart(4, '0'), ...[month, day].map((n) => String(n).padStart(2, '0'))].join(
        '-',
      );
    });
    const zone = fc.constantFrom('Z', '', '+00:00', '.5Z');
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.nat(), odd), (value) => {
        expect(accepts(['lines', 0, 'units'], value)).toBe(isUnits(value));
      }),
    );
    fc.assert(
      fc.property(fc.oneof(date, fc.string()), zone, (day, end) => {
        expect(accepts(['lines', 0, 'startDate'], day)).toBe(isPlainDate(day));
        const instant = `${day}T08:00:00${end}`;
        expect(accepts(['takenAt'], instant)).toBe(isInstant(instant));
      }),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double().map(String), fc.stringMatching(/^-?\d+(\.\d+)?$/)),
        (price) => {
          expect(accepts(['lines', 0, 'unitPrice'], price)).toBe(isDecimal(price));
        },
      ),
    );
  });

  it('takes ids and names of any kind, and gives back the same bytes', () => {
    const odd = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '\ud800', 'é', ' ');
    fc.assert(
      fc.property(fc.oneof(odd, fc.string({ minLength: 1, unit: 'binary' })), (id) => {
        const text = JSON.stringify(
          replaced(replaced(psa, ['lines', 0, 'id'], id), ['customers', 0, 'name'], id),
        );
        expect(JSON.stringify(parsePsaSnapshot(JSON.parse(text)))).toBe(text);
      }),
    );
  });

  it('treats keys of the prototype as any other key, but for __proto__', () => {
    expect(accepts(['customers', 0, 'externalIds'], JSON.parse('{"constructor":"x","toString":"y"}'))).toBe(
      true,
    );
    expect(accepts(['customers', 0, 'externalIds'], JSON.parse('{"constructor":1}'))).toBe(false);
    expect(accepts(['customers', 0, 'externalIds'], JSON.parse('{"__proto__":"x"}'))).toBe(false);
    expect(checkMapping(JSON.parse('{"specVersion":1,"accounts":[],"services":[],"__proto__":{}}')).ok).toBe(
      false,
    );
  });

  it('reads an undefined field as an absent one', () => {
    expect(accepts(['lines', 0, 'unitPrice'], undefined)).toBe(true);
    expect(accepts(['lines', 0, 'units'], undefined)).toBe(false);
  });
});

describe('messages', () => {
  const message = (name: DocumentName, path: (string | number)[], value: unknown): string | undefined => {
    const result = checks[name](replaced(examples[name], path, value));
    return result.ok ? undefined : result.problems[0]?.message;
  };

  it('says what, where, and whose row it is', () => {
    expect([
      message('psa-snapshot', ['lines', 0, 'units'], -1),
      message('psa-snapshot', ['lines', 0, 'native', 'minimum'], 0.0000001),
      message('psa-snapshot', ['lines', 0, 'unitPrice'], 4.2),
      message('psa-snapshot', ['lines', 0, 'endDate'], '2026-02-30'),
      message('psa-snapshot', ['lines', 0, 'customerId'], undefined),
      message('psa-snapshot', ['lines', 0], 'L1'),
      message('psa-snapshot', ['lines'], {}),
      message('psa-snapshot', ['kind'], 'vendor'),
      message('psa-snapshot', ['specVersion'], 2),
      message('psa-snapshot', ['contracts', 0, 'status'], 'Active'),
      message('psa-snapshot', ['receipt', 'resources', 'two words'], { rows: -1, pages: 1, complete: true }),
      message('vendor-snapshot', ['counts', 0, 'units'], Number.NaN),
      message('vendor-snapshot', ['takenAt'], '2026-12-01T08:00:00+01:00'),
      message('vendor-snapshot', ['skus', 0, 'name'], 'x'.repeat(1000).split('')),
      message('mapping', ['services', 0, 'toleranse'], 1),
      message('mapping', ['services', 0, 'ratio', 'denominator'], 0),
      message('mapping', ['accounts', 0, 'linkedAt'], 'x'.repeat(1000)),
      message('decisions', [0, 'action'], 'approved'),
      message('reconciliation', ['cards', 0, 'kind'], 'other'),
      message('reconciliation', ['cards', 3, 'vendor', 'state'], 'counted'),
    ]).toMatchInlineSnapshot(`
      [
        "lines[0].units: expected a quantity from 0 to 2000000000 with at most six decimals, got -1 (lineId "L1", contractId "K1", customerId "C1", serviceId "S1")",
        "lines[0].native.minimum: expected a quantity from 0 to 2000000000 with at most six decimals, got 1e-7 (lineId "L1", contractId "K1", customerId "C1", serviceId "S1")",
        "lines[0].unitPrice: expected a decimal written as text, such as "4.20", got 4.2 (lineId "L1", contractId "K1", customerId "C1", serviceId "S1")",
        "lines[0].endDate: expected a day that exists, such as "2026-12-01", got "2026-02-30" (lineId "L1", contractId "K1", customerId "C1", serviceId "S1")",
        "lines[0].customerId: missing; expected a text that is not empty (lineId "L1", contractId "K1", serviceId "S1")",
        "lines[0]: expected an object, got "L1"",
        "lines: expected a list, got an object",
        "kind: expected "psa", got "vendor"",
        "specVersion: 2 is newer than this copy of trueup, which reads 1; update trueup",
        "contracts[0].status: expected one of "active", "inactive", "cancelled", "expired", got "Active" (contractId "K1", customerId "C1")",
        "receipt.resources["two words"].rows: expected a whole number, 0 or more, got -1",
        "counts[0].units: expected a quantity from 0 to 2000000000 with at most six decimals, got NaN (accountId "A1", skuId "SKU1", ref "sub-7")",
        "takenAt: expected a time in UTC, such as "2026-12-01T08:00:00Z", got "2026-12-01T08:00:00+01:00"",
        "skus[0].name: expected a text, got a list (skuId "SKU1")",
        "services[0].toleranse: unknown field; correct its name or remove it (ruleId "R1")",
        "services[0].ratio.denominator: expected a whole number above 0, got 0 (ruleId "R1")",
        "accounts[0].linkedAt: expected a time in UTC, such as "2026-12-01T08:00:00Z", got a text of 1000 characters (vendor "backup-vendor", accountId "A1", customerId "C1", contractId "K1")",
        "[0].action: expected one of "approve", "reconcile", "no-change", "adjust", "dismiss", got "approved" (cardId "card-1", contractId "K1", serviceId "S1")",
        "cards[0].kind: expected one of "reconcile", "new-revenue", "no-change", "no-count", got "other" (cardId "card-1", ruleId "R1", contractId "K1")",
        "cards[3].vendor.state: expected one of "no-count", "not-connected", got "counted" (cardId "card-1", ruleId "R1", contractId "K1")",
      ]
    `);
  });

  it('throws one error with the first problems in it', () => {
    const broken = replaced(
      replaced(examples['psa-snapshot'], ['lines', 0, 'units'], -1),
      ['currency'],
      'usd',
    );
    let caught: unknown;
    try {
      parsePsaSnapshot(broken);
    } catch (error) {
      caught = error;
    }
    expect(TrueupError.is(caught, 'BAD_INPUT')).toBe(true);
    expect(JSON.parse(JSON.stringify(caught))).toMatchInlineSnapshot(`
      {
        "code": "BAD_INPUT",
        "context": {
          "problems": [
            {
              "code": "invalid-value",
              "ids": {},
              "message": "currency: expected an ISO 4217 currency code, such as "USD", got "usd"",
              "path": "currency",
            },
            {
              "code": "invalid-value",
              "ids": {
                "contractId": "K1",
                "customerId": "C1",
                "lineId": "L1",
                "serviceId": "S1",
              },
              "message": "lines[0].units: expected a quantity from 0 to 2000000000 with at most six decimals, got -1 (lineId "L1", contractId "K1", customerId "C1", serviceId "S1")",
              "path": "lines[0].units",
            },
          ],
        },
        "message": "PSA snapshot: currency: expected an ISO 4217 currency code, such as "USD", got "usd" — and 1 more",
        "name": "TrueupError",
        "retryable": false,
      }
    `);
  });

  it('stops at a hundred problems: one broken export has one fault in every row', () => {
    const [line] = (examples['psa-snapshot'] as { lines: object[] }).lines;
    const lines = Array.from({ length: 5000 }, () => ({ ...line, units: -1 }));
    const result = checkPsaSnapshot(replaced(examples['psa-snapshot'], ['lines'], lines));
    expect(result.ok ? 0 : result.problems.length).toBe(100);
  });
});
