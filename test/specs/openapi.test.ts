import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Exchange, loadSpec, type Spec } from './openapi.ts';

const seat = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'integer' },
    units: { type: 'number' },
    note: { type: 'string', nullable: true },
  },
};
const description = {
  openapi: '3.0.1',
  paths: {
    '/seats/{id}': {
      get: {
        responses: {
          '200': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Seat' } } } },
        },
      },
    },
    '/seats/count': { get: { responses: { '200': { description: 'a number' } } } },
    '/seats': {
      get: {
        parameters: [
          { name: 'page', in: 'query', required: true, schema: { type: 'integer', minimum: 1 } },
          { name: 'sort', in: 'query', schema: { type: 'string', enum: ['id'] } },
        ],
        responses: {
          '200': {
            content: {
              'application/json; version=1': {
                schema: { type: 'array', items: { $ref: '#/components/schemas/Seat' } },
              },
            },
          },
        },
      },
      post: {
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Seat' } } } },
        responses: { '201': { description: 'made' } },
      },
    },
  },
  components: { schemas: { Seat: seat } },
};

function load(document: object, nulls?: string): Spec {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-spec-'));
  try {
    const file = join(folder, 'spec.json');
    writeFileSync(file, JSON.stringify(document));
    return loadSpec(file, { base: /^\/v1/, ...(nulls === undefined ? {} : { nulls }) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const exchange = (change: Partial<Exchange>): Exchange => ({
  method: 'GET',
  url: 'https://example.test/v1/seats?page=1',
  requestBody: '',
  status: 200,
  responseBody: [{ id: 1, units: 2.5, note: null }],
  ...change,
});

describe('checking an exchange against a description', () => {
  const spec = load(description);
  const differences = (change: Partial<Exchange>): string[] | null => spec.check(exchange(change));

  it('has nothing to say to what is described', () => {
    expect(differences({})).toEqual([]);
    expect(differences({ url: 'https://example.test/v1/Seats/12', responseBody: { id: 12 } })).toEqual([]);
    expect(differences({ url: 'https://example.test/v1/seats/count', responseBody: { count: 3 } })).toEqual(
      [],
    );
  });

  it('does not know a path or method that is not described', () => {
    expect(differences({ url: 'https://example.test/v1/chairs' })).toBeNull();
    expect(differences({ method: 'DELETE' })).toBeNull();
  });

  it('names query parameters that are missing, unknown or of another type', () => {
    const url = (query: string): string => `https://example.test/v1/seats?${query}`;
    expect(differences({ url: url('size=3') })).toEqual([
      'GET /seats: query parameter page is required',
      'GET /seats: query parameter size is not described',
    ]);
    expect(differences({ url: url('page=0&sort=name') })).toHaveLength(2);
  });

  it('names what is wrong in an answer, at any depth', () => {
    expect(differences({ responseBody: [{ units: 'two', extra: 1 }] })).toEqual([
      "GET /seats: answer /* must have required property 'id'",
      'GET /seats: answer /*/units must be number',
      'GET /seats: answer /*/extra is not in the description',
    ]);
    expect(differences({ status: 418 })).toEqual(['GET /seats: status 418 is not described']);
  });

  it('checks what is sent', () => {
    const post = { method: 'POST', url: 'https://example.test/v1/seats', status: 201, responseBody: '' };
    expect(differences({ ...post, requestBody: { id: 1 } })).toEqual([]);
    expect(differences({ ...post, requestBody: { id: 'one', seat: 1 } })).toHaveLength(2);
  });

  it('takes null for missing only when told to', () => {
    const responseBody = [{ id: 1, units: null }];
    expect(differences({ responseBody })).toHaveLength(1);
    expect(load(description, 'as live answers do').check(exchange({ responseBody }))).toEqual([]);
  });

  it('lets anything be of a type JSON does not have', () => {
    const odd = structuredClone(description);
    Object.assign(odd.components.schemas.Seat.properties, { extra: { type: 'Object' } });
    expect(load(odd).check(exchange({ responseBody: [{ id: 1, extra: { any: 1 } }] }))).toEqual([]);
  });

  it('reads Swagger 2 as well', () => {
    const swagger = load({
      swagger: '2.0',
      paths: {
        '/seats': {
          post: {
            parameters: [{ name: 'seat', in: 'body', schema: { $ref: '#/definitions/Seat' } }],
            responses: { '200': { schema: { $ref: '#/definitions/Seat' } } },
          },
        },
      },
      definitions: { Seat: seat },
    });
    const found = swagger.check(
      exchange({
        method: 'POST',
        url: 'https://example.test/v1/seats',
        requestBody: { id: 'x' },
        responseBody: { id: 'y' },
      }),
    );
    expect(found).toEqual([
      'POST /seats: request /id must be integer',
      'POST /seats: answer /id must be integer',
    ]);
  });
});
