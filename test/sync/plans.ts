import { decide, fingerprint, planWriteBack, type Reconciliation, type WritePlan } from '../../src/index.ts';
import type { Runtime } from '../../src/transport/runtime.ts';
import { line, newRevenueCard, psaOf, reconcileCard, reconciliation } from '../review/cards.ts';
import type { SimulatedLine } from './simulated-psa.ts';

/** A clock that only moves when told. */
export function manualClock(start = '2026-11-22T12:00:00.000Z'): {
  readonly runtime: Partial<Runtime>;
  advance(ms: number): void;
} {
  let now = Date.parse(start);
  return {
    runtime: {
      now: () => new Date(now).toISOString(),
      sleep: async (ms) => {
        now += ms;
      },
    },
    advance: (ms) => {
      now += ms;
    },
  };
}

export interface Scenario {
  readonly plan: WritePlan;
  readonly lines: readonly SimulatedLine[];
  readonly reconciliation: Reconciliation;
}

/** A plan of `count` changes (line `l1` from 5 to 8, `l2` from 6 to 9, …), two lines a contract, and maybe an addition. */
export function scenario(
  count: number,
  options: {
    readonly dating?: 'dated' | 'immediate';
    readonly addition?: boolean;
    readonly down?: boolean;
  } = {},
): Scenario {
  const dating = options.dating ?? 'immediate';
  const cards = Array.from({ length: count }, (_, i) => {
    const from = 5 + (i % 40);
    const to = options.down === true && i % 2 === 1 ? from - 2 : from + 3;
    return reconcileCard({
      id: `card-${i + 1}`,
      psa: {
        units: from,
        lines: [{ ...line(`l${i + 1}`, from, `k${Math.floor(i / 2) + 1}`), serviceId: `service-${i + 1}` }],
      },
      to,
    });
  });
  const all = options.addition === true ? [...cards, newRevenueCard({ id: 'card-new' })] : cards;
  const whole = reconciliation(all, { dating });
  const psa = psaOf(all, { dating });
  const review = decide(
    whole,
    all.map((card) => ({
      cardId: card.id,
      action: 'approve' as const,
      fingerprint: fingerprint(card, whole),
      ...(card.kind === 'new-revenue' ? { contractId: 'k1' } : {}),
    })),
    { actor: 'ana', at: '2026-11-22T12:00:00Z' },
  );
  const plan = planWriteBack(review, { psa });
  const lines = psa.lines.map(({ id, contractId, units }) => ({ id, contractId, serviceId: 'mail', units }));
  // The service to be added must not be on the contract yet.
  return {
    plan,
    reconciliation: whole,
    lines: lines.map((entry) => ({ ...entry, serviceId: options.addition === true ? 'other' : 'mail' })),
  };
}
