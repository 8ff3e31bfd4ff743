import { memoryPushStore } from 'trueup/push';
import { sqlitePushStore } from 'trueup/push/sqlite';
import { describe, expect, it } from 'vitest';
import { fuzzPush } from './fuzz.ts';

/** A taste of `scripts/fuzz-push.ts`, which sends a hundred thousand. */
describe('made-up requests', () => {
  it.each([
    ['memory', memoryPushStore],
    ['sqlite', () => sqlitePushStore(':memory:')],
  ])('leave the %s store whole and the process up', async (_name, make) => {
    const statuses = await fuzzPush(make(), 2000, 7);
    for (const status of [200, 201, 400, 401, 404, 405, 409, 413])
      expect(statuses.get(status)).toBeGreaterThan(0);
  });
});
