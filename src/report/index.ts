export { type CardsCsvOptions, cardsCsv, unmappedCsv } from './cards-csv.ts';
export { type CardsTableOptions, cardsTable } from './cards-table.ts';
export { type LicensesCsvOptions, licensesCsv, threeWayCsv } from './compare-csv.ts';
export { type LicensesTableOptions, licensesTable, threeWayTable } from './compare-table.ts';
export type { CsvOptions } from './csv.ts';
export type { FindingLike } from './findings.ts';
export { type CardsMarkdownOptions, cardsMarkdown, licensesMarkdown } from './markdown.ts';
export type { TextOptions } from './table.ts';
