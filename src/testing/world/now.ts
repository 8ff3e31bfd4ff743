import type { Instant } from '../../model/dates.ts';

/** The instant every world is looked at, and where a test runtime's clock starts. */
export const WORLD_NOW: Instant = '2026-11-20T08:00:00Z';
