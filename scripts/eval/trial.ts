import {
  applyFix,
  type Cause,
  diagnose,
  type Finding,
  type Reconciliation,
  reconcile,
} from '../../src/index.ts';
import { createRandom } from '../../src/testing/index.ts';
import { addNoise, type Fault } from './faults.ts';
import {
  calmState,
  countsOf,
  linesOf,
  type Month,
  run,
  type State,
  summaries,
  type Target,
} from './state.ts';

/** How one faulty world went. */
export interface Outcome {
  readonly causes: readonly Cause[];
  /** Findings of the faulty card, best first. */
  readonly found: readonly Finding[];
  readonly certain: number;
  readonly wrongCertain: readonly Finding[];
}

const calm = new Map<string, State>();

/** A world that agrees, made once per seed and size. */
function fresh(seed: string, customers: number): State {
  const key = `${seed}/${customers}`;
  const state = calm.get(key) ?? calmState(seed, customers);
  calm.set(key, state);
  return structuredClone(state);
}

/** Puts faults into one card of a world with noise, diagnoses, and tries every certain fix. `null`: no target suits. */
export function trial(
  seed: string,
  customers: number,
  faults: readonly Fault[],
  options: { readonly history: boolean; readonly noise: boolean },
): Outcome | null {
  const random = createRandom(`${seed}/trial/${faults.map((fault) => fault.name).join('+')}`);
  const base = fresh(`world-${Number.parseInt(seed, 10) % 5}`, customers);
  const targets = random.shuffle(
    base.now.mapping.services.flatMap((rule) =>
      base.now.psa.customers.map((customer): Target => ({ customerId: customer.id, ruleId: rule.id })),
    ),
  );
  for (const target of targets.slice(0, 60)) {
    if (countsOf(base.now, target).length === 0 || linesOf(base.now, target).length === 0) continue;
    const state = structuredClone(base);
    if (!faults.every((fault) => fault.put(state, target, random))) continue;
    if (options.noise) addNoise(state, target, random.fork('noise'));
    const outcome = judge(state, target, faults, options.history);
    if (outcome) return outcome;
  }
  return null;
}

function judge(state: State, target: Target, faults: readonly Fault[], history: boolean): Outcome | null {
  const { now } = state;
  const reconciliation = run(now);
  const card = reconciliation.cards.find(
    (each) =>
      each.customer.id === target.customerId && each.ruleId === target.ruleId && each.kind !== 'no-change',
  );
  if (!card) return null;
  const findings = diagnose({
    reconciliation,
    psa: now.psa,
    vendors: now.vendors,
    mapping: now.mapping,
    filters: state.filters,
    ...(history ? { history: summaries(state) } : {}),
  });
  const certain = findings.filter((finding) => finding.certain);
  return {
    causes: faults.map((fault) => fault.cause),
    found: findings.filter((finding) => finding.cardId === card.id),
    certain: certain.length,
    wrongCertain: certain.filter((finding) => !agreesAfter(now, reconciliation, finding)),
  };
}

/** Applies the fix to the whole input and reconciles everything again: the card has to agree. */
function agreesAfter(month: Month, before: Reconciliation, { cardId, fix }: Finding): boolean {
  const mapping = applyFix(month.mapping, fix);
  let { psa } = month;
  let on = month.asOf.slice(0, 10);
  if (fix.kind === 'reconcile-on') on = fix.date;
  if (fix.kind === 'fix-contract') {
    psa = structuredClone(psa);
    for (const contract of psa.contracts) {
      if (contract.id !== fix.contractId) continue;
      if (fix.reason === 'not-recurring') contract.billingCycle = 'monthly';
      if (fix.reason === 'contract-ended') contract.endDate = null;
      if (fix.reason === 'contract-cancelled' || fix.reason === 'contract-inactive')
        contract.status = 'active';
    }
    for (const line of psa.lines) {
      if (line.id !== fix.lineId) continue;
      if (fix.reason === 'line-ended') line.endDate = null;
      if (fix.reason === 'line-inactive') line.active = true;
    }
  }
  const after = reconcile({ psa, vendors: month.vendors, mapping, asOf: month.asOf, on });
  const card = before.cards.find((each) => each.id === cardId);
  const now = after.cards.filter(
    (each) =>
      each.id === cardId ||
      (each.customer.id === card?.customer.id &&
        each.services.some(({ id }) => card.services.some((service) => service.id === id))),
  );
  return now.length > 0 && now.every((each) => each.kind === 'no-change');
}
