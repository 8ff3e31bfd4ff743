/** Replaces every secret in a text. Secrets shorter than four characters cannot be told from ordinary text. */
export interface Redactor {
  add(...secrets: readonly (string | undefined)[]): void;
  /** Takes back one {@link Redactor.add} of a secret that is long replaced: a session's tokens would pile up. */
  drop(secret: string): void;
  text(text: string): string;
  /** Origin and path of an address, without query, user and secrets. */
  url(url: string): string;
}

export function createRedactor(): Redactor {
  /** How often each was added. */
  const secrets = new Map<string, number>();
  let longestFirst: readonly string[] | undefined;
  const text = (value: string): string => {
    // A secret that begins another must not be replaced first: the rest of the longer one would show.
    longestFirst ??= [...new Set([...secrets.keys()].flatMap((one) => [one, ...encoded(one)]))].sort(
      (a, b) => b.length - a.length,
    );
    return longestFirst.reduce((safe, secret) => safe.replaceAll(secret, '***'), value);
  };
  return {
    add(...values) {
      for (const value of values) {
        if (value === undefined || value.length < 4) continue;
        const times = secrets.get(value) ?? 0;
        secrets.set(value, times + 1);
        if (times === 0) longestFirst = undefined;
      }
    },
    drop(value) {
      const times = secrets.get(value) ?? 0;
      if (times > 1) secrets.set(value, times - 1);
      else if (secrets.delete(value)) longestFirst = undefined;
    },
    text,
    url(value) {
      try {
        const { origin, pathname } = new URL(value);
        return text(origin + pathname);
      } catch {
        return '(no address)';
      }
    },
  };
}

/** As it stands in a path, in a query, and in a form. */
function encoded(secret: string): readonly string[] {
  const form = String(new URLSearchParams([['', secret]])).slice(1);
  return [encodeURIComponent(secret.toWellFormed()), form.replaceAll('+', '%20'), form];
}

/** The values of headers that hold credentials, and what stands in them behind the scheme: `Bearer …`. */
export function headerSecrets(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.values(headers).flatMap((value) => [value, value.replace(/^[\w-]+ +/, '')]);
}
