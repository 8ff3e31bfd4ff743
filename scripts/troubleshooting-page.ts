import { causeGuide, type Fix } from '../src/index.ts';
import { markdownTable } from './markdown-table.ts';

/** Every kind of fix. A new kind without a line here does not compile. */
const fixes: Readonly<Record<Fix['kind'], string>> = {
  'link-account': 'mapping: link the account to the customer',
  'unlink-account': 'mapping: drop the link of an account',
  'add-sku': 'mapping: count one more SKU in the rule',
  'remove-sku': 'mapping: count a SKU no longer',
  'replace-sku': 'mapping: count other SKUs in its place',
  'add-rule': 'mapping: a rule for a service that has none',
  'set-metric': 'mapping: compare another number of the vendor',
  'set-adjust': 'mapping: the signed correction of the rule',
  'stop-excluding': 'mapping: look at an excluded service or customer again',
  'sync-psa': 'you: pull the PSA again',
  'sync-vendor': 'you: pull the vendor again',
  'reconcile-on': 'you: reconcile with this date as `on`',
  'fix-contract': 'PSA: put right what keeps the line out of scope',
  'activate-account': 'vendor: activate or check the account',
  'check-vendor-setting': 'vendor: check the setting or filter',
  'read-vendor-notes': 'vendor: read the release notes',
  'check-rule': 'person: check which SKU the rule counts',
  'keep-decision': 'person: decide as before',
};

/** `docs/troubleshooting.md`, made from the causes. */
export function troubleshootingPage(): string {
  const guide = causeGuide();
  const symptoms = guide.map(({ cause, symptom }) => [symptom, `[${cause}](#${cause})`]);
  const causes = guide.map(
    ({ cause, meaning, look, fix }) =>
      `### ${cause}\n\n${meaning}\n\n- **Evidence.** ${look}\n- **Fix.** ${fix}\n`,
  );
  const kinds = Object.entries(fixes).map(([kind, what]) => [`\`${kind}\``, what]);
  return `# Troubleshooting: why do they differ?

This page is made by \`npm run docs\` from the causes. Do not edit it by hand.

A card that differs is seldom a fault of the numbers. There is a reason, and the fix is small. \`diagnose\` looks for the reason: it reads the same snapshots and mapping as \`reconcile\`, and gives a list of findings per card, the likeliest first.

\`\`\`ts
import { applyFix, diagnose, reconcile } from 'trueup';
import { createWorld, worldPsaSnapshot, worldVendorSnapshot } from 'trueup/testing';

const world = createWorld('docs', { customers: 12, discrepancies: ['sku-unmapped'] });
const psa = worldPsaSnapshot(world);
const vendors = [worldVendorSnapshot(world, 'pax8')];
const { mapping, asOf } = world;

const reconciliation = reconcile({ psa, vendors, mapping, asOf });
const [finding] = diagnose({ reconciliation, psa, vendors, mapping });
console.log(finding?.cause, finding?.units, finding?.certain);

if (finding?.certain) {
  const after = reconcile({ psa, vendors, mapping: applyFix(mapping, finding.fix), asOf });
  console.log(after.cards.find((card) => card.id === finding.cardId)?.kind);
}
\`\`\`

\`\`\`text output
sku-unmapped -2 true
no-change
\`\`\`

A finding has:

- \`cause\`: one of the causes below.
- \`units\`: how much of the difference it explains, signed like the variance.
- \`evidence\`: ids and numbers.
- \`fix\`: what to do, as data. \`applyFix\` gives the mapping with the fix in it.
- \`certain\`: the fix was tried on the rows of the customer. The card then agreed, no other card that agreed was disturbed, and no other fix that is about as likely did the same. You may apply it without asking.
- \`score\` and \`rank\`: for ordering. The score is not a probability.

Most drift shows only over time. Keep \`summarize(reconciliation)\` of each period, and give the earlier ones as \`history\`. Give the filters your vendors are known for (\`connector.capabilities.filters\`) as \`filters\`.

## By symptom

${markdownTable(['you see', 'cause'], symptoms)}

If the card shows a dash, no count came: look at \`reason\` on the card first. If it shows a crossed-out plug, no snapshot of the vendor was given. If the counts agree and the card is there, it is a \`no-change\` card: approve it.

## Causes

${causes.join('\n')}
## Fixes

Fixes of the kind \`mapping\` are applied by \`applyFix\`; it leaves the mapping as it is for the others.

${markdownTable(['kind', 'who and what'], kinds)}

## Still stuck

Pull the PSA and the vendor again, reconcile, and diagnose with the history of the last months. When you ask for help, send: the customer, the service, which of the two numbers is wrong, the number you expect, and the findings of the card. Findings hold ids and numbers, no credentials.
`;
}
