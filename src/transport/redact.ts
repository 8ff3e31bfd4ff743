/** Replaces every secret in a text. Secrets shorter than four characters cannot be told from ordinary text. */
export interface Redactor {
  add(...secrets: readonly (string | undefined)[]): void;
  text(text: string): string;
  /** Origin and path of an address, without query, user and secrets. */
  url(url: string): string;
}

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const text = (value: string): string => {
    let safe = value;
    for (const secret of secrets) safe = safe.replaceAll(secret, '***');
    return safe;
  };
  return {
    add(...values) {
      for (const value of values) {
        if (value === undefined || value.length < 4) continue;
        secrets.add(value);
        secrets.add(encodeURIComponent(value));
      }
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
