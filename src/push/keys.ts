import { TrueupError } from '../model/errors.ts';
import type { PushKey, PushScope, PushStore } from './store.ts';
import { decodeToken } from './wire.ts';

/** Makes random bytes; `crypto.getRandomValues` unless a test injects its own. */
export type RandomBytes = (length: number) => Uint8Array;

/** Random bytes of the runtime's own generator. */
export const cryptoRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

const KEY = /^(tv|tp)_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;
const KINDS = { tv: 'vendor', tp: 'partner' } as const;

/** Hashes and checks keys. Keys are 256 random bits, so one plain SHA-256 is enough; a pepper makes it an HMAC. */
export interface KeyRing {
  /** A fresh key and the row to store. The key is returned once and kept nowhere. */
  issue(
    owner: Pick<PushKey, 'kind' | 'ownerId' | 'scopes' | 'createdAt'>,
  ): Promise<{ readonly key: string; readonly row: PushKey }>;
  /** The rows of both keys of a token, or `null`; the reason is never told. */
  open(token: string | null, store: PushStore): Promise<OpenedToken | null>;
}

export interface OpenedToken {
  readonly vendorId: string;
  readonly integrationId: string;
  readonly scopes: readonly PushScope[];
}

export function keyRing(pepper: string | undefined, random: RandomBytes): KeyRing {
  if (pepper !== undefined && pepper.length < 16) {
    throw new TrueupError('BAD_OPTIONS', 'pepper must have at least 16 characters.');
  }
  const encoder = new TextEncoder();
  let secret: Promise<CryptoKey> | undefined;

  async function hash(key: string): Promise<string> {
    const bytes = encoder.encode(key);
    if (pepper === undefined) return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    secret ??= crypto.subtle.importKey(
      'raw',
      encoder.encode(pepper),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    return hex(new Uint8Array(await crypto.subtle.sign('HMAC', await secret, bytes)));
  }

  async function find(key: string, kind: PushKey['kind'], store: PushStore): Promise<PushKey | null> {
    const match = KEY.exec(key);
    // Work is done for a malformed key too, so that the answer takes as long.
    const [given, row] = await Promise.all([hash(key), match?.[2] ? store.getKey(match[2]) : null]);
    const same = constantTimeEqual(given, row?.hash ?? NO_HASH);
    return same && row && row.kind === kind && KINDS[match?.[1] as keyof typeof KINDS] === kind ? row : null;
  }

  return {
    async issue(owner) {
      const id = hex(random(8));
      const prefix = owner.kind === 'vendor' ? 'tv' : 'tp';
      const key = `${prefix}_${id}_${base64url(random(32))}`;
      return { key, row: { ...owner, id, hash: await hash(key) } };
    },
    async open(token, store) {
      const pair = token === null ? null : decodeToken(token);
      if (!pair) return null;
      const [vendor, partner] = await Promise.all([
        find(pair.vendorKey, 'vendor', store),
        find(pair.partnerKey, 'partner', store),
      ]);
      if (!vendor || !partner) return null;
      return { vendorId: vendor.ownerId, integrationId: partner.ownerId, scopes: partner.scopes };
    },
  };
}

const NO_HASH = '-'.repeat(64);

/** Compares without stopping at the first difference. Both are digests of one length. */
export function constantTimeEqual(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
