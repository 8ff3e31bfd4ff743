import type { Mock, MockOptions, PagePart } from '../mock/types.ts';
import { createTestRuntime } from '../runtime.ts';
import { said } from './ensure.ts';
import type { Bench, CaseDefinition } from './types.ts';

const PARTS: Readonly<Record<PagePart, string>> = {
  total: 'no answer declared a total (`page.total`)',
  next: 'no answer told where the next page is (`page.next`; `cursorOf` makes a cursor of it)',
  origin: 'no answer held a link to the next page (`linkTo` makes one, on `page.origin`)',
};

const MISSING: Readonly<Record<PagePart, string>> = {
  total: 'total',
  next: 'cursor and no link to the next page',
  origin: 'links to the next page',
};

/** What to do about a case that asks for what a system has not. */
export function stepAside(name: string, because: string): string {
  return `If ${because}, list the case "${name}" in \`lacks\` of the mock, or in \`skip\`, with that reason.`;
}

/** A case run so that what the mock is at fault for is said before the connector is blamed. */
export async function runCase(one: CaseDefinition, bench: Bench): Promise<void> {
  const made: { readonly mock: Mock<object>; readonly options: MockOptions | undefined }[] = [];
  const noting: Bench = {
    ...bench,
    mock: (options) => {
      const mock = bench.mock(options);
      made.push({ mock, options });
      return mock;
    },
  };
  try {
    await one.run(noting);
  } catch (error) {
    const last = made.at(-1)?.mock;
    const hint =
      made.map(({ mock }) => brokenMock(mock)).find((one) => one !== '') ||
      (made.some(({ options }) => options !== undefined) ? deafMock(bench) : '') ||
      (last === undefined ? '' : withoutEffect(one, last));
    if (hint === '') throw error;
    throw new Error(`${hint}\nWhat failed: ${said(error)}`, { cause: error });
  }
}

/** What the connector saw as a broken connection. */
export function brokenMock({ crashes: [first] }: Mock<object>): string {
  if (first === undefined) return '';
  const { method, path, error } = first;
  const at = error instanceof Error ? /\n\s*at [^\n]*/.exec(error.stack ?? '')?.[0].trim() : undefined;
  return `the mock itself broke on ${method} ${path}: ${said(error)}${at === undefined ? '' : ` (${at})`}. Correct its routes.`;
}

/** The options of a mock must reach it; a runtime is the one that shows. */
function deafMock(bench: Bench): string {
  const runtime = createTestRuntime();
  return bench.mock({ runtime }).runtime === runtime
    ? ''
    : 'the mock did not get its options (`empty`, `shuffle`, `pageCap`, …): `mock` of the setup must hand them on, as in `mock: (options) => startMock(definition, world, options)`.';
}

function withoutEffect({ name, needs }: CaseDefinition, mock: Mock<object>): string {
  const [waiting] = mock.faults.waiting();
  if (waiting !== undefined) {
    const many = `${mock.requests.length} ${mock.requests.length === 1 ? 'request' : 'requests'}`;
    return `the fault "${waiting}" never took effect: none of the ${many} was one to hit (log-in does not count; most faults hit the second request). Give the world more customers, so that a pull needs several requests. ${stepAside(name, 'your system answers everything in one request')}`;
  }
  if (needs === undefined || mock.tells.has(needs)) return '';
  return `the fault never took effect: ${PARTS[needs]}. ${stepAside(name, `your system has no ${MISSING[needs]}`)}`;
}
