import { TrueupError } from '../../model/errors.ts';
import { choices } from '../../transport/options.ts';
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
 * @throws {TrueupError} `BAD_OPTIONS` for a slug without a mock, or of a vendor the world was made without
 */
export function mockSystem<Slug extends MockSlug>(
  slug: Slug,
  world: World,
  options: MockOptions = {},
): Mock<OptionsOf<Slug>> {
  if (!mockSlugs.includes(slug)) {
    throw new TrueupError('BAD_OPTIONS', `no mock is called ${slug}${choices(slug, mockSlugs)}`);
  }
  return startMock(mockDefinitions[slug] as MockDefinition<OptionsOf<Slug>>, world, options);
}
