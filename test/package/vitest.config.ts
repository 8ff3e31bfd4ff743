import type { ViteUserConfig } from 'vitest/config';

/** The packed library, as a stranger gets it: `npm run check:package` builds it and runs these. */
const config: ViteUserConfig = {
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/package/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

export default config;
