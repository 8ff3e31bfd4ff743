export type { DateFormat, NumberFormat } from './cells.ts';
export type { Column } from './columns.ts';
export {
  type CountField,
  type CountRow,
  type ImportCountsOptions,
  importCounts,
  type ReadCountsOptions,
  readCounts,
} from './counts.ts';
export type { CsvFormat } from './csv.ts';
export { exportCounts, exportPsa } from './export.ts';
export type { BadRow } from './problems.ts';
export {
  type ImportPsaOptions,
  importPsa,
  type PsaField,
  type PsaRow,
  type ReadPsaOptions,
  readPsa,
} from './psa.ts';
export type { CsvInput } from './text.ts';
