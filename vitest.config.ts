import type { ViteUserConfig } from 'vitest/config';
import { entries } from './scripts/entries.ts';

const root = new URL('.', import.meta.url).pathname;

const config: ViteUserConfig = {
  resolve: {
    // Tests import the library by its public names, as a user does.
    alias: [...entries(root)].map(([name, file]) => ({
      find: new RegExp(`^trueup${name.slice(1)}$`),
      replacement: `${root}${file}`,
    })),
  },
  test: {
    globalSetup: ['test/build.ts'],
    include: ['test/**/*.test.ts'],
    // These need the built library: `npm run check:package`.
    exclude: ['test/package/**'],
    testTimeout: 30_000,
  },
};

export default config;
