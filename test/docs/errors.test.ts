import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorsPage } from '../../scripts/errors-page.ts';
import { root } from './extract.ts';

describe('docs/errors.md', () => {
  it('is what the source says; `node scripts/docs.ts --pages` makes it anew', () => {
    expect(readFileSync(join(root, 'docs/errors.md'), 'utf8')).toBe(errorsPage(root));
  }, 120_000);
});
