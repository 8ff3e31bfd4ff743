/** Word lists behind name comparison. All entries are already normalised: lower case, no diacritics, no dots. */

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const wordSet = (text: string, phrases: readonly string[] = []): ReadonlySet<string> =>
  new Set([...words(text), ...phrases]);

/**
 * Legal forms by canonical form. A phrase is matched as whole words. Two names whose forms differ
 * (`Ltd` here, `GmbH` there) are two companies until a person says otherwise.
 */
const legalPhrases: Readonly<Record<string, string>> = {
  ltd: 'ltd|limited',
  llc: 'llc|limited liability company|limited liability co',
  inc: 'inc|incorporated',
  corp: 'corp|corporation',
  llp: 'llp|limited liability partnership',
  lp: 'lp|limited partnership',
  pllc: 'pllc',
  plc: 'plc|public limited company',
  gmbh: 'gmbh|gesellschaft mit beschrankter haftung|ges mbh|gesmbh|mbh',
  'gmbh-kg': 'gmbh and co kg|gmbh co kg',
  ag: 'ag|aktiengesellschaft',
  kg: 'kg|kommanditgesellschaft',
  kgaa: 'kgaa',
  ohg: 'ohg',
  gbr: 'gbr',
  ug: 'ug|ug haftungsbeschrankt|unternehmergesellschaft',
  ev: 'ev|eingetragener verein',
  se: 'se|societas europaea',
  bv: 'bv|besloten vennootschap',
  nv: 'nv|naamloze vennootschap',
  vof: 'vof',
  bvba: 'bvba',
  sprl: 'sprl',
  sa: 'sa|societe anonyme|sociedad anonima',
  sas: 'sas|sasu|societe par actions simplifiee',
  sarl: 'sarl|societe a responsabilite limitee',
  eurl: 'eurl',
  snc: 'snc',
  'sa-cv': 'sa de cv|sab de cv|s de rl de cv|sociedad anonima de capital variable',
  sl: 'sl|slu|sociedad limitada',
  srl: 'srl|societatea cu raspundere limitata|societate cu raspundere limitata',
  spa: 'spa|societa per azioni',
  ltda: 'ltda|limitada|lda',
  ab: 'ab|aktiebolag',
  as: 'as|aksjeselskap|aktieselskab|anonim sirketi',
  asa: 'asa',
  aps: 'aps|anpartsselskab',
  oy: 'oy|oyj|osakeyhtio',
  hf: 'hf|ehf',
  zoo: 'sp z oo|sp zoo|spolka z oo|spolka z ograniczona odpowiedzialnoscia',
  sro: 'sro',
  kft: 'kft',
  zrt: 'zrt|nyrt',
  doo: 'doo',
  eood: 'eood|ood',
  jsc: 'jsc|ojsc|oao|ao|pao|pjsc|zao|cjsc|оао|ао|пао|зао|joint stock company|open joint stock company|public joint stock company|closed joint stock company',
  ooo: 'ooo|ооо|общество с ограниченной ответственностью',
  kk: 'kk|kabushiki kaisha|株式会社|주식회사',
  cn: '有限公司|有限责任公司|股份有限公司',
  bhd: 'bhd|berhad|sdn bhd|sendirian berhad',
  pt: 'pt',
  tbk: 'tbk',
};

/** Dropped like a legal form, but two names may differ in them: `Acme Co Ltd` is `Acme Ltd`. */
const weakForms = 'co|company|pty|proprietary|pte|pvt|private|pc';

/** Everyday words or syllables in some language: a legal form only as the last words of a name. */
const onlyAtEnd: ReadonlySet<string> = /* @__PURE__ */ wordSet(
  'as se ab ao sa spa sas ag co company ev pc hf sl lp pt kk private limited corporation corp',
);

/** A legal form as words, and what it stands for. */
export interface LegalForm {
  readonly words: readonly string[];
  /** `null`: ignored when two names are compared. */
  readonly canonical: string | null;
  readonly onlyAtEnd: boolean;
}

/** Legal forms by their last word, longest first. */
export function legalForms(): ReadonlyMap<string, readonly LegalForm[]> {
  const byLast = new Map<string, LegalForm[]>();
  const add = (phrase: string, canonical: string | null): void => {
    const parts = phrase.split(' ');
    const last = parts[parts.length - 1] ?? '';
    const form = { words: parts, canonical, onlyAtEnd: onlyAtEnd.has(phrase) };
    const list = byLast.get(last);
    if (list) list.push(form);
    else byLast.set(last, [form]);
  };
  for (const [canonical, phrases] of Object.entries(legalPhrases)) {
    for (const phrase of phrases.split('|')) add(phrase, canonical);
  }
  for (const form of weakForms.split('|')) add(form, null);
  for (const list of byLast.values()) list.sort((a, b) => b.words.length - a.words.length);
  return byLast;
}

/** Written without spaces around them; split off before words are read. */
export const gluedForms: RegExp = /株式会社|有限责任公司|股份有限公司|有限公司|주식회사|\(株\)|㈱/gu;

/** Words that tell one branch of a company from another. Several-word places are listed by their words. */
export const placeWords: ReadonlySet<string> = /* @__PURE__ */ wordSet(`
  north south east west northern southern eastern western central northeast northwest southeast southwest
  nord sud ost oost noord zuid norte sur este oeste
  europe european asia asian africa african america american americas emea apac latam dach benelux nordic
  uk usa us uae eu nz kingdom britain england scotland wales ireland states canada mexico brazil brasil argentina
  chile peru colombia venezuela ecuador uruguay panama
  germany deutschland austria osterreich switzerland schweiz suisse svizzera france francaise italy italia spain espana
  portugal netherlands nederland holland belgium belgie belgique luxembourg denmark danmark norway norge sweden sverige
  finland suomi iceland poland polska czech slovakia hungary romania bulgaria greece turkey turkiye russia ukraine
  serbia croatia slovenia estonia latvia lithuania china india japan korea taiwan singapore malaysia thailand vietnam
  indonesia philippines pakistan bangladesh australia zealand israel egypt morocco nigeria kenya ghana qatar kuwait
  arabia emirates dubai bahrain oman jordan lebanon chad armenia georgia iraq iran peninsula arabian
  london manchester birmingham leeds liverpool glasgow edinburgh bristol cardiff belfast dublin cork
  york boston chicago cleveland dallas houston austin phoenix atlanta miami orlando tampa denver seattle portland
  angeles francisco diego vegas philadelphia pittsburgh detroit minneapolis baltimore charlotte nashville memphis
  toronto vancouver montreal calgary ottawa edmonton winnipeg sydney melbourne brisbane perth adelaide auckland
  wellington berlin hamburg munich munchen koln cologne frankfurt stuttgart dusseldorf vienna wien zurich geneva
  geneve basel bern paris lyon marseille toulouse lille amsterdam rotterdam hague utrecht eindhoven brussels bruxelles
  antwerp madrid barcelona valencia lisbon porto rome roma milan milano turin torino copenhagen oslo stockholm
  helsinki warsaw prague budapest tokyo osaka kyoto shanghai beijing shenzhen hong kong mumbai delhi bangalore
  texas florida california ohio virginia carolina dakota jersey hampshire georgia arizona nevada oregon utah
  washington michigan indiana illinois wisconsin minnesota iowa kansas nebraska missouri arkansas louisiana
  mississippi alabama tennessee kentucky maryland delaware pennsylvania connecticut massachusetts vermont maine
  colorado wyoming montana idaho alaska hawaii ontario quebec alberta manitoba saskatchewan
`);

/** Names that name nobody; equal is not the same. */
export const placeholderNames: ReadonlySet<string> = /* @__PURE__ */ wordSet(
  'test demo unknown default none na null undefined tbd unassigned unnamed customer client company new',
  [
    'no name',
    'new customer',
    'new company',
    'new client',
    'default site',
    'default group',
    'default organization',
    'test company',
    'demo company',
    'main office',
    'n a',
  ],
);

/** Number words and ordinals, as digits. */
export const numberWords: Readonly<Record<string, string>> = {
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  ten: '10',
  eleven: '11',
  twelve: '12',
  first: '1',
  second: '2',
  third: '3',
  fourth: '4',
  fifth: '5',
  sixth: '6',
  seventh: '7',
  eighth: '8',
  ninth: '9',
  tenth: '10',
};

/** Mail providers and such: a shared domain of these says nothing. */
export const publicDomains: ReadonlySet<string> =
  /* @__PURE__ */ wordSet(`gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com aol.com icloud.com me.com
  proton.me protonmail.com gmx.de gmx.net gmx.com web.de t-online.de mail.com mail.ru yandex.ru qq.com 163.com
  orange.fr wanadoo.fr free.fr laposte.net btinternet.com sky.com comcast.net verizon.net att.net sbcglobal.net
  onmicrosoft.com example.com example.org example.net localhost`);
