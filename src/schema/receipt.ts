import * as z from 'zod';
import type { Problem } from '../model/errors.ts';
import type { Receipt } from '../model/snapshot.ts';
import { bound, type Lazy } from './document.ts';
import { count, id, table, text } from './fields.ts';

const buildProblem = () =>
  z.object({
    code: id(),
    message: text(),
    severity: z.enum(['error', 'warning']),
    ids: table(text()).optional(),
    path: text().optional(),
  });

export const problem: Lazy<Problem> = /* @__PURE__ */ bound<Problem, ReturnType<typeof buildProblem>>(
  buildProblem,
  true,
);

const buildReceipt = () =>
  z.object({
    complete: z.boolean(),
    resources: table(z.object({ rows: count(), pages: count(), complete: z.boolean() })),
    problems: z.array(problem()),
    incompleteAccounts: z.array(id()).optional(),
    incompleteContracts: z.array(id()).optional(),
  });

export const receipt: Lazy<Receipt> = /* @__PURE__ */ bound<Receipt, ReturnType<typeof buildReceipt>>(
  buildReceipt,
  true,
);
