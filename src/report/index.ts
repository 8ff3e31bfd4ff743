export { type CardsTableOptions, cardsTable } from './cards-table.ts';
export type { TextOptions } from './table.ts';
