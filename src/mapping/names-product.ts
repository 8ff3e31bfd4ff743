import { isMeaningful, type NameParts, wordsOf } from './names.ts';
import type { Veto } from './names-compare.ts';

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Editions and device classes: two products that differ in one are two products. */
const editions: ReadonlySet<string> = /* @__PURE__ */ set(`
  basic standard premium pro professional enterprise plus advanced essential essentials ultimate complete core starter
  lite free trial apps office frontline education nonprofit government gcc elite total
  server servers workstation workstations desktop desktops laptop laptops mobile mac windows linux vm
  mailbox mailboxes site sites network networks email exchange sharepoint teams visio project defender intune
  backup archive archiving edr mdr xdr siem sat itdr edge phishing training monitoring antivirus
`);

/** How it is sold, not what it is. */
const commercial: ReadonlySet<string> = /* @__PURE__ */ set(`
  monthly annual annually yearly year years month months term commitment committed billed billing nce csp p1y p1m p3y
  license licence licenses licences subscription subscriptions seat seats per the for of new commercial
`);

/** Short forms of makers and suites. */
const aliases: Readonly<Record<string, string>> = {
  m365: 'microsoft 365',
  ms365: 'microsoft 365',
  o365: 'office 365',
  ms: 'microsoft',
  msft: 'microsoft',
  ws: 'workstation',
  wks: 'workstation',
  srv: 'server',
  servers: 'server',
  workstations: 'workstation',
  desktops: 'desktop',
  laptops: 'laptop',
  mailboxes: 'mailbox',
  users: 'user',
  devices: 'device',
  endpoints: 'endpoint',
  pro: 'professional',
  essential: 'essentials',
  ent: 'enterprise',
  std: 'standard',
  prem: 'premium',
  bus: 'business',
  biz: 'business',
};

export const productVetoes: readonly Veto[] = [{ what: 'edition', words: editions }];

/** `1 Year`, `12 months`: a number that belongs to the term. */
function withoutTerms(words: readonly string[]): string[] {
  return words.filter((word, i) => {
    if (commercial.has(word)) return false;
    return !(/^\d{1,2}$/.test(word) && /^(?:year|years|month|months)$/.test(words[i + 1] ?? ''));
  });
}

/** Takes a product name apart: short forms written out, words about the term and the unit dropped. */
export function productName(text: string): NameParts {
  const words = wordsOf(text).flatMap((word) =>
    Object.hasOwn(aliases, word) ? (aliases[word] ?? word).split(' ') : [word],
  );
  const core = withoutTerms(words);
  const used = core.length > 0 ? core : words;
  const key = used.join(' ');
  return {
    text,
    words,
    core: used,
    key,
    legal: [],
    dropped: core.length > 0 ? words.filter((word) => !core.includes(word)) : [],
    meaningful: isMeaningful(key),
  };
}

/** The words that name the product itself: without its maker, in one order. */
export function productWords(name: NameParts): ReadonlySet<string> {
  const words = name.core.filter((word) => word !== 'and' && word !== 'microsoft');
  return new Set(words.length > 0 ? words : name.core);
}

/** A word that makes it another product, when only one of two names has it. */
export function tellsApart(word: string): boolean {
  return editions.has(word) || (/^(?:\d+|[a-z]\d+)$/.test(word) && word !== '365');
}
