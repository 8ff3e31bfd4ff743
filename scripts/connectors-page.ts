import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pullPsa, pullVendor } from '../src/sync/index.ts';
import { type ListedConnector, listConnectors } from './connector-list.ts';
import { type FactoryFacts, factoryFacts } from './connector-options.ts';
import { entries } from './entries.ts';
import { markdownTable } from './markdown-table.ts';

const absence = {
  zero: 'zero: none listed means none',
  'no-count': 'no count: ended, or not theirs',
  'per-sku': 'by SKU',
} as const;

const writes = {
  absolute: 'the new quantity',
  delta: 'the difference',
  'whole-document': 'all lines of the invoice, every other one as it was',
  none: 'none: read only',
} as const;

/** What a check against files says that is no OpenAPI description. */
const checkedByHand: Readonly<Record<string, string>> = {
  cove: 'the vendor describes its JSON-RPC service in a form of its own; requests and answers are not validated against it by the tests.',
  'microsoft-365':
    'Microsoft publishes its metadata as CSDL, not as a small OpenAPI file; names and types of the fields were compared with it by hand, requests and answers are not validated by the tests.',
};

/** `docs/connectors.md`, made from the connectors: their capabilities, and what a pull of their mock reads. */
export async function connectorsPage(root: string): Promise<string> {
  const listed = await listConnectors(root);
  const facts = await Promise.all(listed.map(async (one) => ({ one, reads: await readsOf(one) })));
  const rows = facts.map(({ one, reads }) => rowOf(one, reads));
  const specs = readFileSync(join(root, 'test/specs/systems.ts'), 'utf8');
  const files = entries(root);
  const sections = listed.map((one) =>
    section(one, factoryFacts(root, files.get(`./connectors/${one.slug}`) ?? ''), specs),
  );
  const psas = listed.filter(({ connector }) => connector.role === 'psa').length;
  return `# Connectors

This page is made by \`npm run docs\` from the connectors. Do not edit it by hand.

There are ${listed.length} connectors: ${psas} of PSAs, ${listed.length - psas} of vendors. Each is an import of its own, \`trueup/connectors/<slug>\`, and each says what it can do in \`capabilities\`:

\`\`\`ts
import { pax8 } from 'trueup/connectors/pax8';

const { capabilities } = pax8({ clientId: 'from your vault', clientSecret: 'from your vault' });
console.log(capabilities.metrics, capabilities.whenAbsent, capabilities.confidence);
\`\`\`

\`\`\`text output
[ 'purchased' ] no-count high
\`\`\`

For a system that is not here there are [files](import.md), [pushes](push.md), and [a connector of your own](write-a-connector.md).

## How to read this page

- **Reads.** The lists a pull reads, by the names that receipts and progress use; the optional ones included.
- **Metrics.** Which numbers a vendor has. Bought, assigned and in use are not the same; a rule of the mapping chooses. Some need an option.
- **Absent.** What it means when a whole pull has no count of a SKU for an account. _zero_: the account has none. _no count_: nobody knows, so no quantity follows from it.
- **Write.** What is sent to a PSA to change a quantity. trueup reads the line before and after, whatever it is. The section of the system says what else goes with it.
- **Dating.** _dated_: a change takes effect on the day you name. _immediate_: at once.
- **Precision.** Whether the PSA holds fractions of a unit.
- **Limits.** The vendor's limit, or the one kept where none is published. Requests wait for it; you do not have to.
- **Confidence.** _high_: from the vendor's own description. _medium_ and _low_: parts are from other sources, or not confirmed. Everything not confirmed is listed, and is an option or errs on the safe side.

**How far to trust it.** No test here talks to a live system. Each connector is tested against a mock, which was written from the vendor's documentation, not from the connector. Where there is an OpenAPI description of the system, the tests can hold every request and every answer against it: \`TRUEUP_SPECS=<folder> npm run test:specs\`. The section of each system says what was done. Before you bill with a connector, pull your own tenant, compare a few customers with the portal, and report what differs.

The section of each system has the import, the rights its credentials need, and the options. An option that is not listed, or malformed, is refused with [\`BAD_OPTIONS\`](errors.md#bad_options).

## All systems

${markdownTable(
  [
    'System',
    'Role',
    'Reads',
    'Metrics',
    'Absent',
    'Write',
    'Dating',
    'Precision',
    'Limits',
    'Confidence',
    'Not confirmed',
  ],
  rows,
)}

${sections.join('\n')}`;
}

async function readsOf({ connector, mock }: ListedConnector): Promise<readonly string[]> {
  const options = { runtime: mock.runtime };
  const { receipt } = await (connector.role === 'psa'
    ? pullPsa(connector, options)
    : pullVendor(connector, options));
  return Object.keys(receipt.resources);
}

function rowOf({ connector }: ListedConnector, reads: readonly string[]): string[] {
  const { name, capabilities } = connector;
  const open = capabilities.unconfirmed.length;
  const system = `[${name}](#${anchor(name)})`;
  const role =
    connector.role === 'psa'
      ? [
          'PSA',
          reads.join(', '),
          '—',
          '—',
          writes[connector.capabilities.writes] + (connector.capabilities.adds ? '; adds lines' : ''),
          connector.capabilities.dating,
          connector.capabilities.precision,
        ]
      : [
          'vendor',
          reads.join(', '),
          connector.capabilities.metrics.join(', '),
          absence[connector.capabilities.whenAbsent],
          '—',
          '—',
          '—',
        ];
  return [
    system,
    ...role,
    capabilities.limits,
    capabilities.confidence,
    open === 0 ? 'nothing' : `${open}, see [there](#${anchor(name)})`,
  ].map(escaped);
}

function section({ slug, connector }: ListedConnector, factory: FactoryFacts, specs: string): string {
  const { name, capabilities } = connector;
  const details =
    connector.role === 'psa'
      ? connector.capabilities.partialReads.map((part) => `- ${part}`)
      : connector.capabilities.filters.map(
          ({ effect, direction, source }) => `- ${effect} (${direction}; ${source})`,
        );
  const parts = [
    [
      connector.role === 'psa'
        ? 'What the reads leave out:'
        : 'What makes its counts differ from its portal:',
      details,
    ],
    ['Not confirmed:', capabilities.unconfirmed.map((fact) => `- ${fact}`)],
  ] as const;
  const lists = parts
    .filter(([, list]) => list.length > 0)
    .map(([title, list]) => `${title}\n\n${list.join('\n')}\n`);
  const link = capabilities.documentation
    ? ` The system's own documentation: <${capabilities.documentation}>.`
    : '';
  return [
    `## ${name}\n`,
    `\`import { ${factory.name} } from 'trueup/connectors/${slug}'\`.${link}\n`,
    `${factory.about}\n`,
    `Its options: ${lowerFirst(factory.optionsAbout)}\n`,
    `${optionsTable(factory)}\n`,
    ...lists,
    `Its mock: ${checked(slug, specs)}\n`,
  ].join('\n');
}

function optionsTable({ options }: FactoryFacts): string {
  const rows = options.map((option) =>
    [`\`${option.name}\``, option.required ? 'yes' : 'no', option.default ?? '—', option.meaning].map(
      escaped,
    ),
  );
  return markdownTable(['Option', 'Required', 'Default', 'Meaning'], rows);
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What the mock (and with it the connector) is held against. */
function checked(slug: string, specs: string): string {
  const entry = new RegExp(`slug: '${slug}',\\n\\s*specs: \\[([\\s\\S]*?)\\n?\\s*connect: `).exec(specs);
  if (!entry) {
    return (
      checkedByHand[slug] ??
      'written from the documentation; there is no OpenAPI description to hold it against.'
    );
  }
  const known =
    entry.input
      .slice(entry.index)
      .split(/\n {2}\},/)[0]
      ?.match(/match:/g)?.length ?? 0;
  const faults =
    known === 0
      ? ''
      : ` ${known} ${known === 1 ? 'difference is' : 'differences are'} listed in test/specs/systems.ts, with the reason.`;
  return `every request and every answer is held against an OpenAPI description of the system.${faults}`;
}

function anchor(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}
