import { causes } from './causes/index.ts';
import type { Cause } from './types.ts';

/** What each cause looks like and means, what speaks for it and what to do; `docs/troubleshooting.md` is made from it. */
export function causeGuide(): readonly {
  readonly cause: Cause;
  readonly symptom: string;
  readonly meaning: string;
  readonly look: string;
  readonly fix: string;
}[] {
  return causes.map(({ cause, symptom, meaning, look, fix }) => ({ cause, symptom, meaning, look, fix }));
}
