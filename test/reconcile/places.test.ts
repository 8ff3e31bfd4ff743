import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const digest = new URL('./digest.ts', import.meta.url).pathname;

it('gives the same bytes in every time zone and locale', async () => {
  const places = [
    ['UTC', 'en_US.UTF-8'],
    ['Pacific/Kiritimati', 'de_DE.UTF-8'],
    ['America/New_York', 'tr_TR.UTF-8'],
    ['Asia/Kathmandu', 'C'],
  ];
  const printed = await Promise.all(
    places.map(async ([TZ, LC_ALL]) => {
      const env = { ...process.env, TZ, LC_ALL, LANG: LC_ALL };
      return (await run(process.execPath, [digest], { env })).stdout.trim().split(' ');
    }),
  );
  expect(new Set(printed.map(([hash]) => hash)).size).toBe(1);
  // The places did differ.
  expect(new Set(printed.map(([, hour]) => hour)).size).toBe(4);
  expect(printed[1]?.[2]).toBe('1,5');
});
