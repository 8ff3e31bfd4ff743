import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

type Json = Readonly<Record<string, unknown>>;

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly requestBody: unknown;
  readonly status: number;
  readonly responseBody: unknown;
}

export interface SpecOptions {
  /** What comes before the description's paths in the mock's URLs. */
  readonly base: RegExp;
  /** What the description's paths begin with in its place. Default nothing. */
  readonly prefix?: string;
  /** Why `null` may stand for a missing value though the description does not say so. */
  readonly nulls?: string;
  /** Why field names go over the wire with a small first letter though the description has a capital one. */
  readonly smallNames?: string;
  /** Where the rows of an answer are, when the description types a whole list as one of its rows. */
  readonly rows?: string;
}

/** An OpenAPI 3 or Swagger 2 description, ready to check exchanges against. */
export interface Spec {
  /** What an exchange says that the description does not. `null`: the path or method is not in it. */
  readonly check: (exchange: Exchange) => string[] | null;
}

export function loadSpec(file: string, options: SpecOptions): Spec {
  const document = JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    key === 'properties' && options.smallNames
      ? withSmallNames(value as Json)
      : withoutForeignTypes(key, value),
  ) as Json;
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, logger: false });
  addFormats.default(ajv);
  // Only what is reached is compiled: the descriptions are megabytes.
  ajv.addSchema(document, 'spec');
  const paths = Object.entries((document.paths ?? {}) as Json).map(([template, item]) => ({
    template,
    parts: template.toLowerCase().split('/').filter(Boolean),
    item: item as Json,
  }));

  const resolve = (schema: unknown): Json => {
    let found = (schema ?? {}) as Json;
    while (typeof found.$ref === 'string') found = at(document, found.$ref);
    return found;
  };

  const validate = (pointer: string, value: unknown, where: string): string[] => {
    const check = ajv.compile({ $ref: `spec${pointer}` });
    if (check(value)) return [];
    return (check.errors ?? [])
      .slice(0, 20)
      .map((error) => `${where}${error.instancePath.replace(/\/\d+/g, '/*')} ${error.message}`);
  };

  /** Fields of a value that its schema does not name, at any depth. */
  const strangers = (schema: unknown, value: unknown, where: string): string[] => {
    const { properties, items, open } = shape(resolve(schema), resolve);
    if (Array.isArray(value)) return items ? value.flatMap((one) => strangers(items, one, `${where}/*`)) : [];
    if (typeof value !== 'object' || value === null || properties.size === 0) return [];
    return Object.entries(value).flatMap(([key, part]) => {
      const known = properties.get(key);
      if (known === undefined) return open ? [] : [`${where}/${key} is not in the description`];
      return strangers(known, part, `${where}/${key}`);
    });
  };

  return {
    check: ({ method, url, requestBody, status, responseBody }) => {
      const { pathname, searchParams } = new URL(url);
      const path = (options.prefix ?? '') + pathname.replace(options.base, '');
      const found = findPath(paths, path);
      const verb = method.toLowerCase();
      const operation = found && resolve(found.item[verb]);
      if (!found || !operation || !(verb in found.item)) return null;
      const name = `${method} ${found.template}`;
      const pointer = `#/paths/${pointerPart(found.template)}/${verb}`;
      const parameters = [...list(found.item.parameters), ...list(operation.parameters)].map(resolve);
      const differences = checkQuery(parameters, searchParams);
      const body = bodyOf(operation, parameters, pointer);
      if (requestBody !== undefined && requestBody !== null && requestBody !== '') {
        if (!body) differences.push('request body: none is described');
        else differences.push(...validate(body.pointer, requestBody, 'request '));
        if (body) differences.push(...strangers(at(document, body.pointer), requestBody, 'request '));
      }
      const responses = (operation.responses ?? {}) as Json;
      const code = [String(status), `${Math.floor(status / 100)}XX`, 'default'].find(
        (one) => one in responses,
      );
      if (code === undefined) differences.push(`status ${status} is not described`);
      else if (responseBody !== undefined && responseBody !== '') {
        const answer = schemaPointer(document, `${pointer}/responses/${code}`);
        const body = options.nulls ? withoutNulls(responseBody) : responseBody;
        const rows = options.rows && (body as Json)[options.rows];
        for (const value of Array.isArray(rows) ? rows.slice(0, 20) : [body]) {
          if (answer) differences.push(...validate(answer, value, 'answer '));
          if (answer) differences.push(...strangers(at(document, answer), value, 'answer '));
        }
      }
      return [...new Set(differences)].map((difference) => `${name}: ${difference}`);
    },
  };

  function checkQuery(parameters: readonly Json[], query: URLSearchParams): string[] {
    const known = new Map(
      parameters.filter(({ in: where }) => where === 'query').map((one) => [one.name, one]),
    );
    const differences = [...known.values()]
      .filter((one) => one.required === true && !query.has(String(one.name)))
      .map((one) => `query parameter ${one.name} is required`);
    for (const [name, text] of query) {
      const parameter = known.get(name) ?? known.get(`${name}[]`);
      if (!parameter) differences.push(`query parameter ${name} is not described`);
      else if (!fits(resolve(parameter.schema ?? parameter), text)) {
        differences.push(`query parameter ${name}=${text} does not fit its type`);
      }
    }
    return differences;
  }

  function bodyOf(
    operation: Json,
    parameters: readonly Json[],
    pointer: string,
  ): { readonly pointer: string } | null {
    if (operation.requestBody) {
      const found = schemaPointer(document, `${pointer}/requestBody`);
      return found === null ? null : { pointer: found };
    }
    const index = parameters.findIndex(({ in: where }) => where === 'body');
    return index < 0 ? null : { pointer: `${pointer}/parameters/${index}/schema` };
  }
}

/** Both spellings of every field. */
function withSmallNames(properties: Json): Json {
  const small = Object.entries(properties).map(([name, schema]) => [
    // `ID` and `CI` are small as a whole, `CompanyID` in its first letter.
    /^[A-Z]+$/.test(name) ? name.toLowerCase() : name.charAt(0).toLowerCase() + name.slice(1),
    schema,
  ]);
  return { ...properties, ...(Object.fromEntries(small) as Json) };
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];

/** Descriptions made by generators name types no JSON has (`Object`, `file`): there anything fits. */
function withoutForeignTypes(key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    // A schema of any type is nullable as it is; the validator takes the word only beside a type.
    const { nullable, type, ...rest } = value as Json;
    if (typeof nullable === 'boolean' && type === undefined) return rest;
  }
  return key === 'type' && typeof value === 'string' && !TYPES.includes(value) ? undefined : value;
}

/** The properties of a schema, through all its parts. */
function shape(
  schema: Json,
  resolve: (schema: unknown) => Json,
): { readonly properties: Map<string, unknown>; readonly items: unknown; readonly open: boolean } {
  const properties = new Map(Object.entries((schema.properties ?? {}) as Json));
  let { items } = schema;
  let open = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
  for (const part of [...list(schema.allOf), ...list(schema.oneOf), ...list(schema.anyOf)]) {
    const inner = shape(resolve(part), resolve);
    for (const [key, value] of inner.properties) properties.set(key, value);
    items ??= inner.items;
    open ||= inner.open;
  }
  return { properties, items, open };
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const pointerPart = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1');

/** The value at a JSON pointer; a reference on the way is followed. */
function at(document: Json, pointer: string): Json {
  let value: unknown = document;
  for (const part of pointer.replace(/^#\/?/, '').split('/')) {
    if (typeof (value as Json)?.$ref === 'string') value = at(document, String((value as Json).$ref));
    value = (value as Json)?.[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return (value ?? {}) as Json;
}

/** The pointer to the schema of a body: `content/<any JSON type>/schema`, or `schema` in Swagger 2. */
function schemaPointer(document: Json, pointer: string): string | null {
  const found = at(document, pointer);
  const own = typeof found.$ref === 'string' ? found.$ref : pointer;
  const holder = at(document, own);
  if (holder.schema) return `${own}/schema`;
  const content = (holder.content ?? {}) as Json;
  const type = Object.keys(content).find((name) => name.includes('json')) ?? Object.keys(content)[0];
  return type !== undefined && (content[type] as Json).schema
    ? `${own}/content/${encodeURIComponent(pointerPart(type))}/schema`
    : null;
}

/** The described path; one without parameters wins. */
function findPath<T extends { readonly parts: readonly string[] }>(
  paths: readonly T[],
  path: string,
): T | undefined {
  const given = path.toLowerCase().split('/').filter(Boolean);
  const matches = paths.filter(
    ({ parts }) =>
      parts.length === given.length && parts.every((part, i) => /^\{.*\}$/.test(part) || part === given[i]),
  );
  const holes = (one: T): number => one.parts.filter((part) => part.startsWith('{')).length;
  return matches.sort((a, b) => holes(a) - holes(b))[0];
}

function fits(schema: Json, text: string): boolean {
  const choices = list(schema.enum);
  if (choices.length > 0 && !choices.includes(text)) return false;
  if (schema.type === 'integer') return /^-?\d+$/.test(text) && inRange(schema, Number(text));
  if (schema.type === 'number') return Number.isFinite(Number(text)) && inRange(schema, Number(text));
  return schema.type !== 'boolean' || /^(true|false)$/i.test(text);
}

function inRange(schema: Json, value: number): boolean {
  return value >= Number(schema.minimum ?? -Infinity) && value <= Number(schema.maximum ?? Infinity);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== null)
      .map(([key, part]) => [key, withoutNulls(part)]),
  );
}
