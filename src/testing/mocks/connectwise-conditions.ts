type Row = Readonly<Record<string, unknown>>;
type Test = (row: Row) => boolean;

/**
 * The part of ConnectWise's `conditions` language the mock understands: comparisons and `in`, joined by `and`,
 * `or`, `not` and parentheses. `null` for anything else: the caller answers 400, as the vendor does.
 */
export function parseConditions(text: string): Test | null {
  const tokens = tokenize(text);
  if (!tokens) return null;
  let at = 0;
  const word = (): string => (tokens[at] ?? '').toLowerCase();

  const any = (): Test | null => {
    let left = all();
    while (left && word() === 'or') {
      at++;
      const [a, b] = [left, all()];
      left = b && ((row) => a(row) || b(row));
    }
    return left;
  };
  const all = (): Test | null => {
    let left = one();
    while (left && word() === 'and') {
      at++;
      const [a, b] = [left, one()];
      left = b && ((row) => a(row) && b(row));
    }
    return left;
  };
  const one = (): Test | null => {
    if (word() === 'not') {
      at++;
      const inner = one();
      return inner && ((row) => !inner(row));
    }
    if (word() === '(') {
      at++;
      const inner = any();
      return word() === ')' && ++at ? inner : null;
    }
    return comparison();
  };
  const comparison = (): Test | null => {
    const field = tokens[at++];
    const operator = tokens[at++]?.toLowerCase();
    if (!field || !/^[\w/]+$/.test(field) || !operator) return null;
    if (operator === 'in') {
      const list: unknown[] = [];
      if (tokens[at++] !== '(') return null;
      while (tokens[at] !== undefined && tokens[at] !== ')') {
        const value = literal(tokens[at++]);
        if (value === undefined) return null;
        list.push(value);
        if (tokens[at] === ',') at++;
      }
      at++;
      return (row) => list.includes(fieldOf(row, field));
    }
    const value = literal(tokens[at++]);
    const test = compare(operator);
    return value === undefined || !test ? null : (row) => test(fieldOf(row, field), value);
  };

  const test = any();
  return at === tokens.length ? test : null;
}

/** Words, operators and literals; `null` when a character belongs to none. */
function tokenize(text: string): string[] | null {
  const token = /\s*("[^"]*"|\[[^\]]*\]|[(),]|!=|<=|>=|=|<|>|[\w./-]+)\s*/y;
  const tokens: string[] = [];
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (!match) return null;
    tokens.push(match[1] ?? '');
  }
  return tokens;
}

function literal(token: string | undefined): string | number | boolean | null | undefined {
  if (token === undefined) return undefined;
  if (token.startsWith('"')) return token.slice(1, -1);
  if (token.startsWith('[')) return token.slice(1, -1);
  if (/^(true|false)$/i.test(token)) return token.toLowerCase() === 'true';
  if (/^null$/i.test(token)) return null;
  return /^-?\d+(\.\d+)?$/.test(token) ? Number(token) : undefined;
}

function fieldOf(row: Row, field: string): unknown {
  let value: unknown = row;
  for (const part of field.split('/')) value = (value as Row | null | undefined)?.[part];
  return value ?? null;
}

type Comparable = string | number | boolean | null;

function compare(operator: string): ((a: unknown, b: Comparable) => boolean) | undefined {
  const ordered = (a: unknown, b: Comparable): a is string | number => a !== null && typeof a === typeof b;
  switch (operator) {
    case '=':
      return (a, b) => a === b;
    case '!=':
      return (a, b) => a !== b;
    case '<':
      return (a, b) => ordered(a, b) && a < (b as typeof a);
    case '<=':
      return (a, b) => ordered(a, b) && a <= (b as typeof a);
    case '>':
      return (a, b) => ordered(a, b) && a > (b as typeof a);
    case '>=':
      return (a, b) => ordered(a, b) && a >= (b as typeof a);
    default:
      return undefined;
  }
}
