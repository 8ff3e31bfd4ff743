import { TrueupError } from '../model/errors.ts';

/*
 * The words of the push protocol: Gradient's Synthesize vendor API, version 1.0.
 * Sources: api-docs.meetgradient.com and the published PowerShell SDK (github.com/meetgradient/Synthesize-SDK-PS).
 */

/** Life cycle of an integration. On the wire it is lower case and case-sensitive. */
export type IntegrationStatus = 'active' | 'inactive' | 'pending' | 'disabled' | 'error';

/** Every {@link IntegrationStatus}. */
export const integrationStatuses: readonly IntegrationStatus[] = [
  'active',
  'inactive',
  'pending',
  'disabled',
  'error',
];

/**
 * Refuses a word that is no status.
 * @throws {TrueupError} `BAD_INPUT`, with the words there are
 */
export function requireStatus(status: IntegrationStatus): void {
  if (integrationStatuses.includes(status)) return;
  throw new TrueupError('BAD_INPUT', `status must be one of ${integrationStatuses.join(', ')}.`);
}

/** Category of a service; case-sensitive on the wire. */
export const serviceCategories: readonly string[] = [
  'security',
  'backup',
  'productivity',
  'infrastructure',
  'service delivery',
  'consulting',
  'other',
];

/** Subcategory of a service; exact strings of the API, one misspelling included. */
export const serviceSubcategories: readonly string[] = [
  'endpoint detection and response (EDR)',
  'email security',
  'virtual private network services (VPN)',
  'DNS filtering',
  'dark web monitoring',
  'password management',
  'single sign on (SSO)',
  'priviledged access and identity management (PAM/PIM)',
  'security information and event management (SIEM)',
  'mobile device management (MDM)',
  'application security',
  'mobile application management (MAM)',
  'multi factor authentication (MFA)',
  'cloud backup',
  'local backup',
  'desktop backup',
  'data archiving',
  'physical offsite storage',
  'business continuity',
  'hosted email',
  'video conferencing',
  'voice over IP services (VOIP)',
  'line of business application support',
  'unified communications as a service (UCaaS)',
  'customer relationship management',
  'cloud storage',
  'website hosting',
  'hardware as a service (HaaS)',
  'managed print services',
  'virtual desktop infrastructure (VDI)',
  'virtual server hosting',
  'infrastructure as a service (IaaS)',
  'end user support',
  'server management and support',
  'network management and support',
  'printer management and support',
  'desktop management and support',
  'hosted security operations centre (SOC)',
  'software development',
  'penetration testing',
  'project services',
  'governance and compliance',
  'business intelligence services / analytics',
  'phishing simulation',
  'privacy and security awareness training',
  'other',
];

/** The one header that authenticates a call. */
export const TOKEN_HEADER = 'gradient-token';

/** Text of the 404 for a count whose account has no link; clients tell it from an unknown service by this text only. */
export const ACCOUNT_UNMAPPED = 'No account map found with id:';

/**
 * The value of the `GRADIENT-TOKEN` header: base64 of `<vendor key>:<partner key>`, without `Basic `.
 * @example encodeToken('v123', 'p456') // => 'djEyMzpwNDU2'
 * @throws {TrueupError} `BAD_OPTIONS` when a key is empty or holds a colon.
 */
export function encodeToken(vendorKey: string, partnerKey: string): string {
  for (const [name, key] of [
    ['vendorKey', vendorKey],
    ['partnerKey', partnerKey],
  ] as const) {
    if (typeof key !== 'string' || key === '' || (name === 'vendorKey' && key.includes(':'))) {
      throw new TrueupError('BAD_OPTIONS', `${name} must be a non-empty key; the vendor key has no colon.`);
    }
  }
  const bytes = new TextEncoder().encode(`${vendorKey}:${partnerKey}`);
  return btoa(String.fromCharCode(...bytes));
}

/** The two keys of a token, or `null` when it is malformed. */
export function decodeToken(
  token: string,
): { readonly vendorKey: string; readonly partnerKey: string } | null {
  if (token.length > 512 || !/^[A-Za-z0-9+/]+={0,2}$/.test(token)) return null;
  try {
    const bytes = Uint8Array.from(atob(token), (char) => char.charCodeAt(0));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const colon = text.indexOf(':');
    if (colon <= 0 || colon === text.length - 1) return null;
    return { vendorKey: text.slice(0, colon), partnerKey: text.slice(colon + 1) };
  } catch {
    return null;
  }
}
