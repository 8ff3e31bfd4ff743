import { autotask } from 'trueup/connectors/autotask';
import { connectwise } from 'trueup/connectors/connectwise';
import { halopsa } from 'trueup/connectors/halopsa';
import { huntress } from 'trueup/connectors/huntress';
import { ninjaone } from 'trueup/connectors/ninjaone';
import { pax8 } from 'trueup/connectors/pax8';
import { syncro } from 'trueup/connectors/syncro';
import type { AnyConnector, Mock, MockSlug } from 'trueup/testing';
import type { SpecOptions } from './openapi.ts';

/** A difference that is the description's fault, or a part of it that is not there; with the reason. */
interface Known {
  /** Against the difference's text, or against `GET /path` for what is not described at all. */
  readonly match: RegExp;
  readonly reason: string;
}

/** A vendor's description in the folder of descriptions. */
interface SpecFile extends SpecOptions {
  readonly file: string;
}

/** One system that is checked against its vendor's own descriptions. */
export interface SpecSystem {
  readonly slug: MockSlug;
  /** An exchange must be in one of them. */
  readonly specs: readonly SpecFile[];
  readonly connect: (mock: Mock<never>) => AnyConnector;
  readonly known: readonly Known[];
}

/**
 * To add a system: its descriptions with what stands before their paths in the mock's URLs, how to connect, and the
 * differences that are the descriptions' own. Every adapter is run through all it can do.
 */
export const systems: readonly SpecSystem[] = [
  {
    slug: 'autotask',
    specs: [
      {
        file: 'autotask.json',
        base: /^\/atservicesrest/,
        nulls: 'live answers have null for what is not set; the description marks nothing as nullable',
        smallNames:
          'the description of 2020 spells names as its classes do; the wire and the newer one do not',
        rows: 'items',
      },
    ],
    connect: (mock) => autotask(mock.options),
    known: [
      {
        match: /request \/Filter\/\*\/value must be object/,
        reason: 'values of conditions are typed as objects',
      },
      {
        match: /\/contractPeriodType must be integer/,
        reason: 'a live picklist was seen with letters; the adapter reads both',
      },
      {
        match: /\/(lastModifiedDateTime|sku) is not in the description/,
        reason: 'fields of the newer model (2026)',
      },
      { match: /answer \/itemId is not in the description/, reason: 'typed as the line itself' },
    ],
  },
  {
    slug: 'connectwise',
    specs: [
      {
        file: 'connectwise.json',
        base: /^\/[^/]+\/apis\/3\.0/,
        nulls: 'live answers have null for what is not set; the description marks almost nothing as nullable',
      },
    ],
    connect: (mock) => connectwise(mock.options),
    known: [
      { match: /companyinfo/, reason: 'discovery is no part of the described API' },
      { match: /system\/info is not described/, reason: 'left out of the GET subset that is to be had' },
      { match: /^(PATCH|POST) .*additions.* is not described/, reason: 'the subset has no writes' },
      {
        match: /(effectiveDate|cancelledDate|startDate|endDate) must match format/,
        reason: 'empty dates also come as an empty string',
      },
    ],
  },
  {
    slug: 'halopsa',
    specs: [{ file: 'halopsa.json', base: /^\/api/ }],
    connect: (mock) => halopsa(mock.options),
    known: [
      { match: /auth\/token is not described/, reason: 'the description has no log-in' },
      { match: /date must match format "date-time"/, reason: 'dates come, and go back, without an offset' },
      { match: /POST .*status 201 is not described/, reason: 'every operation is described with 200 alone' },
    ],
  },
  {
    slug: 'huntress',
    specs: [
      {
        file: 'huntress.json',
        base: /^/,
        nulls: 'the description marks nothing as nullable; its own examples have null',
      },
    ],
    connect: (mock) => huntress(mock.options),
    known: [
      {
        match: /required property '(microsoft_365_\w+|notify_emails)'/,
        reason: 'older fields, still in the list of required ones though no longer described',
      },
      {
        match: /actual_usages must be string/,
        reason: 'typed as a string; its own example is an object',
      },
    ],
  },
  {
    slug: 'ninjaone',
    specs: [{ file: 'ninjaone.json', base: /^/ }],
    connect: (mock) => ninjaone(mock.options),
    known: [{ match: /oauth\/token is not described/, reason: 'the description has no log-in' }],
  },
  {
    slug: 'pax8',
    specs: [
      {
        file: 'pax8.json',
        base: /^\/v1/,
        nulls: 'the description marks nothing as nullable; its own examples have null',
      },
      { file: 'pax8-authentication.json', base: /^\/v1/ },
    ],
    connect: (mock) => pax8(mock.options),
    known: [
      {
        match: /GET \/companies: query parameter sort=name,asc/,
        reason: 'the list of allowed values lacks the direction the text and other endpoints ask for',
      },
    ],
  },
  {
    slug: 'syncro',
    specs: [
      {
        file: 'syncro.json',
        base: /^\/api\/v1/,
        nulls: 'answers are examples without a schema; they have null',
      },
    ],
    connect: (mock) => syncro(mock.options),
    known: [],
  },
];
