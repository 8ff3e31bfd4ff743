import type { Paging, Path, WireRequest } from '../../connector/index.ts';

/** One condition of a query; all conditions of a list must hold. */
export interface Condition {
  readonly op: 'eq' | 'gte' | 'lte';
  readonly field: string;
  readonly value: number | string;
}

/** What the query of an entity is on the wire. */
export interface Query {
  readonly request: WireRequest;
  readonly items: Path;
  readonly paging: Paging;
}

/** A POST that only reads. A query needs a condition; every record has an id. */
export function query(
  entity: string,
  conditions: readonly Condition[] = [{ op: 'gte', field: 'id', value: 0 }],
): Query {
  return {
    request: {
      path: `/V1.0/${entity}/query`,
      json: { MaxRecords: 500, Filter: conditions },
      safe: true,
    },
    items: 'items',
    // The next page is asked with the same method and body; no address is the documented end.
    paging: { kind: 'next-url', next: 'pageDetails.nextPageUrl' },
  };
}
