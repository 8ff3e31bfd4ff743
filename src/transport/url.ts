/** `base` and `path` with one slash between them; an absolute `path` stands alone. */
export function joinUrl(base: string, path: string): string {
  if (/^[a-z][a-z\d+.-]*:/i.test(path)) return path;
  if (path === '') return base;
  return `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}

/** True when `url` may get the credentials meant for `home`: the same origin, or an allowed host over TLS. */
export function isHome(url: string, home: string, hosts: readonly string[]): boolean {
  const target = parse(url);
  const base = parse(home);
  if (!target || !base || target.username !== '' || target.password !== '') return false;
  if (target.origin === base.origin) return true;
  return target.protocol === 'https:' && hosts.some((pattern) => hostMatches(target.host, pattern));
}

/** `api.example.com`, or any host below `*.example.com`. */
function hostMatches(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

/** True for an address a request can go to by itself: `https://…`, or `http://…`. */
export function isAbsolute(url: unknown): boolean {
  return typeof url === 'string' && /^https?:$/.test(parse(url)?.protocol ?? '');
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

/** The address of `rel="next"` in a `Link` header, absolute; `null` when there is none. */
export function nextLink(header: string | null, from: string): string | null {
  for (const part of (header ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next\b)/i.test(part[2] ?? '')) {
      return absolute(part[1] ?? '', from);
    }
  }
  return null;
}

/** A link of an answer as an absolute address; one that is no address stays as it is and is refused later. */
export function absolute(link: string, from: string): string {
  try {
    return new URL(link, from).href;
  } catch {
    return link;
  }
}
