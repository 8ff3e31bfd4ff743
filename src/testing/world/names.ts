import type { Random } from '../random.ts';

const FIRST = [
  'Northwind',
  'Ashgrove',
  'Bluewater',
  'Cedar Hill',
  'Copperfield',
  'Ever Green',
  'Fairview',
  'Granite',
  'Harbour',
  'Ironwood',
  'Juniper',
  'Kestrel',
  'Lakeside',
  'Müller',
  'Mercer',
  'Nordstrand',
  "O'Brien",
  'Oak Park',
  'Pinnacle',
  'Quarry Bank',
  'Redwood',
  'Saint Clair',
  'Summit',
  'Tidewater',
  'Upland',
  'Valley',
  'Whitestone',
  'York Road',
  'Zenith',
  'Café Lumière',
];
const TRADE = [
  'Dental',
  'Legal',
  'Accounting',
  'Architects',
  'Logistics',
  'Veterinary',
  'Engineering',
  'Property',
  'Insurance',
  'Foods',
  'Motors',
  'Pediatrics',
  'Construction',
  'Media & Print',
  'Care Homes',
  'Physiotherapy',
];
const FORM = ['LLC', 'Inc.', 'Ltd', 'GmbH', 'Pty Ltd', 'B.V.', ''];

/** A company name as a PSA clerk types it; `n` keeps names distinct in worlds of any size. */
export function companyName(random: Random, n: number): string {
  const first = FIRST[n % FIRST.length] ?? 'Northwind';
  const trade = TRADE[Math.floor(n / FIRST.length) % TRADE.length] ?? 'Dental';
  const round = Math.floor(n / (FIRST.length * TRADE.length));
  const form = random.pick(FORM);
  const number = round === 0 ? '' : ` ${round + 1}`;
  return `${first} ${trade}${number}${form === '' ? '' : ` ${form}`}`;
}

/** The same company as somebody else types it: legal form, case, punctuation and spacing drift. */
export function driftedName(random: Random, name: string): string {
  const bare = FORM.reduce(
    (text, form) => (form !== '' && text.endsWith(` ${form}`) ? text.slice(0, -form.length - 1) : text),
    name,
  );
  switch (random.int(0, 5)) {
    case 0:
      return bare;
    case 1:
      return name.toUpperCase();
    case 2:
      return bare.replace('&', 'and');
    case 3:
      return `${bare},  ${random.pick(['LLC', 'Inc', 'Limited'])}`;
    case 4:
      return name.normalize('NFD').replace(/\p{Diacritic}/gu, '');
    default:
      return name;
  }
}
