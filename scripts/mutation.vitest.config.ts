import type { ViteUserConfig } from 'vitest/config';
import base from '../vitest.config.ts';

const room = process.env.TRUEUP_ROOM ?? '*';
/** Rooms whose rules are told by the tests of others too. */
const told: Readonly<Record<string, readonly string[]>> = { reconcile: ['golden', 'mapping'] };

/** The tests of one room, for the mutants of that room: `mutation.ts` sets which. */
const config: ViteUserConfig = {
  ...base,
  // A property is tried less often, and always with the same values: a mutant is killed twice or never.
  plugins: [
    {
      name: 'fewer-runs',
      enforce: 'pre',
      transform: (code, id) =>
        id.includes('.test.ts') ? code.replace(/numRuns: \d+/g, 'numRuns: 20, seed: 1') : undefined,
    },
  ],
  test: {
    ...base.test,
    globalSetup: [],
    include: [room, ...(told[room] ?? [])].map((folder) => `test/${folder}/**/*.test.ts`),
    // Child processes run the code without the mutant.
    exclude: ['test/reconcile/places.test.ts'],
  },
};

export default config;
