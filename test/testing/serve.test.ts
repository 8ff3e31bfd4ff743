import { http } from 'msw';
import { setupServer } from 'msw/node';
import { createWorld, faults, mockSystem, mswHandlers, serveMock } from 'trueup/testing';
import { describe, expect, it } from 'vitest';

const world = createWorld('serve');
const info = '/login/companyinfo/examplemsp';

describe('serveMock', () => {
  it('answers over a socket, with options for that address, and breaks off when a fault says so', async () => {
    const mock = mockSystem('connectwise', world);
    const served = await serveMock(mock);
    try {
      expect(served.options.baseUrl).toBe(`${served.origin}/v4_6_release/apis/3.0`);
      const response = await fetch(`${served.origin}${info}`);
      expect(await response.json()).toMatchObject({ CompanyID: 'examplemsp' });
      mock.faults.inject(faults.reset(), { kind: 'any' });
      await expect(fetch(`${served.origin}${info}`).then((broken) => broken.text())).rejects.toThrow();
    } finally {
      await served.close();
    }
  });
});

describe('a served mock whose caller leaves', () => {
  it('stops sending', async () => {
    const mock = mockSystem('connectwise', world);
    const served = await serveMock(mock);
    try {
      mock.faults.inject(faults.oversized(64 << 20), { kind: 'any' });
      const leave = new AbortController();
      const response = await fetch(`${served.origin}${info}`, { signal: leave.signal });
      const reader = response.body?.getReader();
      await reader?.read();
      leave.abort();
      await expect(reader?.read()).rejects.toThrow();
      expect((await fetch(`${served.origin}${info}`)).status).toBe(200);
    } finally {
      await served.close();
    }
  });
});

describe('mswHandlers', () => {
  it('makes the global fetch reach the mock', async () => {
    const server = setupServer(...mswHandlers(http, mockSystem('connectwise', world)));
    server.listen({ onUnhandledFrame: 'error' });
    try {
      const response = await fetch(`https://na.myconnectwise.net${info}`);
      expect(await response.json()).toMatchObject({ CompanyID: 'examplemsp' });
    } finally {
      server.close();
    }
  });
});
