import type { ViteUserConfig } from 'vitest/config';
import base from '../vitest.config.ts';

/** The tests of one room, for the mutants of that room: `mutation.ts` sets which. */
const config: ViteUserConfig = {
  ...base,
  test: { ...base.test, include: [`test/${process.env.TRUEUP_ROOM ?? '*'}/**/*.test.ts`] },
};

export default config;
