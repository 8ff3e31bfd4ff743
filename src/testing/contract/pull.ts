import type { CallContext } from '../../connector/spec.ts';
import { compareStrings, stableJson } from '../../model/order.ts';
import type { Receipt } from '../../model/snapshot.ts';
import type { Mock } from '../mock/types.ts';
import { ensureNoSecrets } from './ensure.ts';
import type { AnyConnector, Pulled } from './types.ts';

const KINDS = ['customers', 'services', 'contracts', 'lines', 'accounts', 'skus', 'counts'] as const;

type Kind = (typeof KINDS)[number];

/** Pulls everything and sorts it; an error becomes a value. Whatever comes out is searched for secrets. */
export async function pullAll(
  connector: AnyConnector,
  mock: Mock<object>,
  context: Partial<CallContext> = {},
): Promise<Pulled> {
  const rows = new Map<Kind, Map<string, unknown>>();
  let receipt: Receipt | null = null;
  let error: unknown;
  try {
    const pages = connector.pull({ runtime: mock.runtime, ...context });
    for (;;) {
      const page = await pages.next();
      if (page.done) {
        receipt = page.value;
        break;
      }
      take(rows, page.value as Readonly<Partial<Record<Kind, readonly unknown[]>>>);
    }
  } catch (thrown) {
    error = thrown;
  }
  ensureNoSecrets(error, mock.secrets, 'the error');
  ensureNoSecrets(receipt, mock.secrets, 'the receipt');
  ensureNoSecrets(mock.runtime.logs, mock.secrets, 'the log');
  ensureNoSecrets(connector, mock.secrets, 'the connector');
  return { rows: sorted(rows), receipt, error };
}

/** A row that came twice, to the last byte, is one row: pages overlap when rows move while they are read. */
function take(
  rows: Map<Kind, Map<string, unknown>>,
  page: Readonly<Partial<Record<Kind, readonly unknown[]>>>,
): void {
  for (const kind of KINDS) {
    const list = rows.get(kind) ?? new Map<string, unknown>();
    for (const row of page[kind] ?? []) list.set(stableJson(row), row);
    rows.set(kind, list);
  }
}

function sorted(rows: Map<Kind, Map<string, unknown>>): Pulled['rows'] {
  return Object.fromEntries(
    [...rows]
      .filter(([, list]) => list.size > 0)
      .map(([kind, list]) => [
        kind,
        [...list].sort(([a], [b]) => compareStrings(a, b)).map(([, row]) => row),
      ]),
  ) as Pulled['rows'];
}
