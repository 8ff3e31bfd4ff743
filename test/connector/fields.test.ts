import { TrueupError } from 'trueup';
import {
  address,
  count,
  day,
  decimal,
  filled,
  flag,
  host,
  id,
  instant,
  quantity,
  readOptions,
  roundUnits,
} from 'trueup/connector';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const refused = Symbol('refused');
function read(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  return result.success ? result.data : refused;
}

describe('fields', () => {
  it.each([
    [
      'id',
      id(),
      [
        [1, '1'],
        [-94, '-94'],
        ['a-1', 'a-1'],
        ['12345678901234567890', '12345678901234567890'],
        [1.5, refused],
        [2 ** 53, refused],
        ['', refused],
        [null, refused],
        [true, refused],
      ],
    ],
    [
      'decimal',
      decimal(),
      [
        [28.5, '28.5'],
        ['28.50', '28.5'],
        [' 1 ', '1'],
        [1e-7, '0.0000001'],
        [-3, '-3'],
        ['1,50', refused],
        ['1e3', refused],
        ['', refused],
        [Number.NaN, refused],
        [null, refused],
        ['0.12345678901234567890', '0.1234567890123456789'],
      ],
    ],
    [
      'quantity',
      quantity(),
      [
        [24, 24],
        ['14.0', 14],
        [4.2, 4.2],
        [0.1234567, 0.123457],
        [-2, -2],
        ['x', refused],
        [undefined, refused],
      ],
    ],
    [
      'count',
      count(),
      [
        [3, 3],
        ['28', 28],
        [0, 0],
        [1.5, refused],
        [-1, refused],
        ['1.0', refused],
        ['', refused],
      ],
    ],
    [
      'day',
      day(),
      [
        ['2026-03-01', '2026-03-01'],
        ['2026-03-01T23:59:59-0700', '2026-03-01'],
        ['2026-03-01 10:00:00 UTC', '2026-03-01'],
        ['', null],
        [null, null],
        [undefined, null],
        ['2026-02-30', refused],
        ['01/03/2026', refused],
        ['2026-03-011', refused],
        [5, refused],
      ],
    ],
    [
      'instant',
      instant(),
      [
        ['2026-10-01T11:33:12.314-0600', '2026-10-01T17:33:12.314Z'],
        ['2026-10-01T00:00:00', '2026-10-01T00:00:00.000Z'],
        ['2026-10-01T00:00:00Z', '2026-10-01T00:00:00.000Z'],
        ['2026-10-01', '2026-10-01T00:00:00.000Z'],
        ['2026-10-01 08:30', '2026-10-01T08:30:00.000Z'],
        ['2026-10-01 23:30:00', '2026-10-01T23:30:00.000Z'],
        ['2026-10-01 23:30:00.5 +02:00', '2026-10-01T21:30:00.500Z'],
        ['2026-10-01t23:30:00z', '2026-10-01T23:30:00.000Z'],
        ['', null],
        [null, null],
        ['soon', refused],
        ['2026-02-30T00:00:00Z', refused],
        ['2026-10-01T25:00:00Z', refused],
        ['10/01/2026', refused],
        ['Oct 1, 2026 08:30', refused],
      ],
    ],
    [
      'flag',
      flag(),
      [
        [true, true],
        [0, false],
        ['1', true],
        ['false', false],
        ['True', true],
        [2, refused],
        ['yes', refused],
        [null, refused],
      ],
    ],
  ] as const)('%s', (_name, schema, cases) => {
    for (const [value, expected] of cases) expect([value, read(schema, value)]).toEqual([value, expected]);
  });

  it('an instant is the same in every zone', () => {
    const before = process.env.TZ;
    try {
      for (const zone of ['America/New_York', 'Asia/Tokyo']) {
        process.env.TZ = zone;
        expect(read(instant(), '2026-10-01 23:30:00')).toBe('2026-10-01T23:30:00.000Z');
      }
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  it('roundUnits gives what units can hold', () => {
    expect(roundUnits(912_345_678 / 1024 ** 3)).toBe(0.849688);
    expect(Object.is(roundUnits(-0.0000001), 0)).toBe(true);
  });
});

describe('readOptions', () => {
  const schema = () =>
    z.strictObject({
      key: filled(),
      baseUrl: address().default('https://api.example.com'),
      site: host('na.example.net').optional(),
      list: z
        .array(z.strictObject({ a: z.string() }))
        .min(1)
        .optional(),
      rate: z.int().min(1).max(9).optional(),
      mode: z.enum(['fast', 'slow']).optional(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .default('USD'),
      names: z.record(z.string(), z.string()).optional(),
      flag: z.boolean().optional(),
      zone: address('https://eu.example.net').optional(),
    });
  const fault = (options: unknown): string => {
    try {
      return JSON.stringify(readOptions('acme', schema, options));
    } catch (error) {
      if (!TrueupError.is(error, 'BAD_OPTIONS')) throw error;
      return `${String(error.context.option)}: ${error.message}`;
    }
  };

  it('takes what is declared and fills in defaults', () => {
    expect(fault({ key: 'abc', site: 'na.example.net:8443' })).toBe(
      '{"key":"abc","baseUrl":"https://api.example.com","site":"na.example.net:8443","currency":"USD"}',
    );
    expect(fault({ key: 'abc', baseUrl: 'http://127.0.0.1:8080/v1' })).toContain('127.0.0.1');
  });

  const text = 'must be a text that is not empty, without line breaks';
  const names = 'key, baseUrl, site, list, rate, mode, currency, names, flag, zone';
  it.each([
    [{}, `key: acme: option key is missing; it ${text}.`],
    [undefined, 'options: acme: an object with options is needed: { key, … }.'],
    [null, 'options: acme: an object with options is needed: { key, … }.'],
    ['secret', 'options: acme: an object with options is needed: { key, … }.'],
    [{ key: 5 }, `key: acme: option key ${text}.`],
    [{ key: '' }, `key: acme: option key ${text}.`],
    [{ key: 'secret\n' }, `key: acme: option key ${text}.`],
    [{ key: 'a', kee: 'secret' }, `kee: acme: unknown option kee; did you mean key? There are ${names}.`],
    [{ Key: 'secret' }, `Key: acme: unknown option Key; did you mean key? There are ${names}.`],
    [{ key: 'a', token: 'secret' }, `token: acme: unknown option token; there are ${names}.`],
    [{ key: 'a', list: [{ a: 'x', b: 1 }] }, 'list.0.b: acme: unknown option list.0.b; there are a.'],
    [{ key: 'a', list: 'secret' }, 'list: acme: option list must be a list.'],
    [{ key: 'a', list: [{}] }, 'list.0.a: acme: option list.0.a is missing; it must be a text.'],
    [{ key: 'a', list: [] }, 'list: acme: option list must have at least 1 entry.'],
    [{ key: 'a', rate: 0 }, 'rate: acme: option rate must be at least 1.'],
    [{ key: 'a', rate: 5.5 }, 'rate: acme: option rate must be a whole number.'],
    [{ key: 'a', rate: 10 }, 'rate: acme: option rate must be at most 9.'],
    [{ key: 'a', mode: 'secret' }, 'mode: acme: option mode must be one of "fast", "slow".'],
    [{ key: 'a', currency: 'secret' }, 'currency: acme: option currency must have the right form, like USD.'],
    [{ key: 'a', names: { x: 5 } }, 'names.x: acme: option names.x must be a text.'],
    [{ key: 'a', flag: 'secret' }, 'flag: acme: option flag must be true or false.'],
    [
      { key: 'a', zone: 'secret' },
      'zone: acme: option zone must be an https address without a query, like https://eu.example.net.',
    ],
    [
      { key: 'a', baseUrl: 'http://api.example.com' },
      'baseUrl: acme: option baseUrl must be an https address without a query, like https://api.example.com.',
    ],
    [
      { key: 'a', baseUrl: 'https://api.example.com?key=secret' },
      'baseUrl: acme: option baseUrl must be an https address without a query, like https://api.example.com.',
    ],
    [
      { key: 'a', baseUrl: 'https://user:secret@api.example.com' },
      'baseUrl: acme: option baseUrl must be an https address without a query, like https://api.example.com.',
    ],
    [
      { key: 'a', site: 'https://secret.example.net' },
      'site: acme: option site must be a host name without https:// or a path, like na.example.net.',
    ],
  ])('%j', (options, message) => {
    expect(fault(options)).toBe(message);
    expect(fault(options)).not.toContain('secret');
  });
});
