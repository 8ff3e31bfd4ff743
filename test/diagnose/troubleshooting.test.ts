import { readFileSync } from 'node:fs';
import { causeGuide } from 'trueup';
import { describe, expect, it } from 'vitest';
import { troubleshootingPage } from '../../scripts/troubleshooting-page.ts';

describe('docs/troubleshooting.md', () => {
  it('is what the causes say; `node scripts/docs.ts --pages` makes it anew', () => {
    const page = new URL('../../docs/troubleshooting.md', import.meta.url);
    expect(readFileSync(page, 'utf8')).toBe(troubleshootingPage());
  });

  it('has every cause once, in plain sentences', () => {
    const guide = causeGuide();
    expect(new Set(guide.map(({ cause }) => cause)).size).toBe(16);
    for (const { symptom, meaning, look, fix } of guide) {
      for (const text of [symptom, meaning, look, fix]) expect(text).toMatch(/^[A-Z].*\.$/);
    }
  });
});
