import { type MockDefinitions, mockDefinitions } from '../mocks/index.ts';
import type { World } from '../world/types.ts';
import { startMock } from './mock.ts';
import type { Mock, MockDefinition, MockOptions } from './types.ts';

/** The systems there is a mock of. */
export type MockSlug = keyof MockDefinitions;

type OptionsOf<Slug extends MockSlug> =
  MockDefinitions[Slug] extends MockDefinition<infer Options> ? Options : never;

/** The slugs of all mocks. */
export const mockSlugs: readonly MockSlug[] = /* @__PURE__ */ Object.keys(mockDefinitions) as MockSlug[];

/** Those of vendors: what a world can be made with. */
export const vendorSlugs: readonly string[] = /* @__PURE__ */ mockSlugs.filter(
  (slug) => mockDefinitions[slug].role === 'vendor',
);

/**
 * A mock of one system over a world, in the system's own dialect. Give its `options` to the connector and its
 * `runtime` (or `fetch`) to the pull.
 * @throws {RangeError} when the slug is a vendor the world was made without
 */
export function mockSystem<Slug extends MockSlug>(
  slug: Slug,
  world: World,
  options: MockOptions = {},
): Mock<OptionsOf<Slug>> {
  return startMock(mockDefinitions[slug] as MockDefinition<OptionsOf<Slug>>, world, options);
}
