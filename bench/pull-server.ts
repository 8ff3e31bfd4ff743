import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A small ConnectWise in a process of its own: every answer takes 50 ms. Prints its port, then counts requests
 * and the most it had at once; `GET /stats` tells and resets.
 */
const [agreements = 2000, additionsEach = 10, latency = 50] = process.argv.slice(2).map(Number);
let requests = 0;
let now = 0;
let most = 0;

function answer(url: URL): unknown {
  const { pathname, searchParams } = url;
  const size = Math.min(1000, Number(searchParams.get('pageSize') ?? 25));
  const page = Number(searchParams.get('page') ?? 1);
  const after = searchParams.get('pageId');
  const rows = <T>(count: number, make: (n: number) => T): T[] => {
    const from = after === null ? (page - 1) * size : Number(after);
    return Array.from({ length: Math.max(0, Math.min(size, count - from)) }, (_, n) => make(from + n + 1));
  };
  const parent = /agreements\/(\d+)\/additions/.exec(pathname);
  if (parent) {
    const first = (Number(parent[1]) - 1) * additionsEach;
    return rows(additionsEach, (n) => ({
      id: first + n,
      product: { id: n, identifier: `P${n}` },
      quantity: n,
      unitPrice: 28.5,
      billCustomer: 'Billable',
      effectiveDate: '2026-01-01T00:00:00Z',
      description: 'Microsoft 365 Business Premium',
    }));
  }
  if (pathname.endsWith('/agreements')) {
    return rows(agreements, (n) => ({
      id: n,
      name: `Agreement ${n}`,
      company: { id: (n % 500) + 1 },
      agreementStatus: 'Active',
      billingCycle: { name: 'Monthly' },
    }));
  }
  if (pathname.endsWith('/companies')) return rows(500, (n) => ({ id: n, name: `Company ${n}` }));
  return rows(10, (n) => ({ id: n, identifier: `P${n}` }));
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://127.0.0.1');
  if (url.pathname === '/stats') {
    response.end(JSON.stringify({ requests, most }));
    requests = 0;
    most = 0;
    return;
  }
  requests += 1;
  now += 1;
  most = Math.max(most, now);
  setTimeout(() => {
    now -= 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer(url)));
  }, latency);
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
