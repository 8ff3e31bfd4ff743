import type { ScopeReason } from '../../model/card.ts';
import { hoursBetween } from '../../model/dates.ts';
import type { OutOfScopeLine } from '../../model/reconciliation.ts';
import { type Case, type CauseModule, type Draft, unitsText } from '../case.ts';
import type { Fix } from '../types.ts';

/** An ended line is a likely cause only shortly after. */
const RECENT_DAYS = 62;

const because: Partial<Record<ScopeReason, string>> = {
  'contract-future': 'its contract has not started',
  'line-future': 'it has not started',
  'not-recurring': 'its contract has no recurring billing cycle',
  'contract-inactive': 'its contract is not active',
  'contract-cancelled': 'its contract is cancelled',
  'contract-ended': 'its contract has ended',
  'line-ended': 'it has ended',
  'line-inactive': 'it is not active',
  'customer-inactive': 'the customer is inactive',
  'not-a-customer': 'the company is not of the customer type',
  'service-excluded': 'the mapping excludes the service',
  'customer-excluded': 'the mapping excludes the customer',
};

/** The units are on the PSA, on a line that does not count today. */
export const lineOutOfScope: CauseModule = {
  cause: 'line-out-of-scope',
  symptom: 'A card asks to bill what you know is on a contract.',
  meaning:
    'The missing units are in the PSA, on a line that is not in force: future-dated, ended, or on a contract with billing cycle None.',
  look: 'A line of the same service that is out of scope holds the difference.',
  fix: 'Put the contract right, or reconcile on the date it starts.',
  find(kase) {
    if (kase.gap < 0) return [];
    const services = new Set(kase.card.services.map(({ id }) => id));
    return kase.rows.outOfScope.flatMap((line): Draft[] => {
      const why = because[line.reason];
      if (!services.has(line.serviceId) || why === undefined || !line.units) return [];
      const { prior, sure } = weight(kase, line);
      return [
        {
          prior,
          fix: fixFor(kase, line),
          subject: `line ${line.lineId}`,
          evidence: {
            lineId: line.lineId,
            contractId: line.contractId,
            lineUnits: line.units,
            reason: line.reason,
            detail: line.detail ?? null,
          },
          test: 'units',
          sure,
          message: `Line ${line.lineId} on contract ${line.contractId} holds ${unitsText(line.units)} and is out of scope: ${why}.`,
        },
      ];
    });
  },
};

function fixFor({ rows }: Case, line: OutOfScopeLine): Fix {
  const { lineId, contractId, reason, serviceId, customerId } = line;
  if (reason === 'service-excluded') return { kind: 'stop-excluding', serviceId };
  if (reason === 'customer-excluded') return { kind: 'stop-excluding', customerId };
  const start =
    reason === 'contract-future'
      ? rows.contracts.find((contract) => contract.id === contractId)?.startDate
      : reason === 'line-future'
        ? rows.lines.find((each) => each.id === lineId)?.startDate
        : null;
  return start ? { kind: 'reconcile-on', date: start } : { kind: 'fix-contract', contractId, lineId, reason };
}

/** How likely a line that is out for this reason is the cause. Old history is not. */
function weight(
  { rows, evidence }: Case,
  line: OutOfScopeLine,
): { readonly prior: number; readonly sure: boolean } {
  switch (line.reason) {
    case 'contract-future':
    case 'line-future':
      return { prior: 0.9, sure: true };
    case 'not-recurring':
    case 'service-excluded':
    case 'customer-excluded':
      return { prior: 0.85, sure: true };
    case 'customer-inactive':
    case 'not-a-customer':
      return { prior: 0.8, sure: false };
    default: {
      const ended =
        line.reason === 'line-ended'
          ? rows.lines.find((each) => each.id === line.lineId)?.endDate
          : rows.contracts.find((contract) => contract.id === line.contractId)?.endDate;
      if (!ended) return { prior: 0.6, sure: false };
      const { on } = evidence.input.reconciliation;
      const days = hoursBetween(`${ended}T00:00:00Z`, `${on}T00:00:00Z`) / 24;
      return days <= RECENT_DAYS ? { prior: 0.7, sure: true } : { prior: 0.15, sure: false };
    }
  }
}
