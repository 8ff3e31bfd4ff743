import * as z from 'zod';
import type { JournalEntry } from '../model/journal.ts';
import { bound, type Lazy } from './document.ts';
import { count, id, instant, text, units } from './fields.ts';
import { outcome } from './plan.ts';

const base = () => ({ seq: count(), planId: id(), at: instant(), actor: text() });

const buildEntry = () =>
  z.discriminatedUnion('type', [
    z.object({ ...base(), type: z.literal('start'), psa: id(), connector: id() }),
    z.object({
      ...base(),
      type: z.literal('intent'),
      changeId: id(),
      before: units().nullable(),
      to: units(),
      revision: text().optional(),
    }),
    z.object({
      ...base(),
      type: z.literal('outcome'),
      changeId: id(),
      outcome: outcome(),
      before: units().nullable(),
      after: units().nullable(),
      wrote: z.enum(['yes', 'no', 'accepted', 'maybe']),
      lineId: id().optional(),
      code: text().optional(),
      message: text().optional(),
    }),
  ]);

const buildJournal = () => z.array(buildEntry());

export const journal: Lazy<readonly JournalEntry[]> = /* @__PURE__ */ bound<
  readonly JournalEntry[],
  ReturnType<typeof buildJournal>
>(buildJournal, true);
