import { causes } from './causes/index.ts';
import type { Cause } from './types.ts';

/** What each cause means, what speaks for it and what to do; `docs/troubleshooting.md` is made from it. */
export function causeGuide(): readonly {
  readonly cause: Cause;
  readonly meaning: string;
  readonly look: string;
  readonly fix: string;
}[] {
  return causes.map(({ cause, meaning, look, fix }) => ({ cause, meaning, look, fix }));
}
