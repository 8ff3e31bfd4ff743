export { findNamingGaps, type NamingGap } from './naming-gaps.ts';
export {
  type AccountCandidates,
  type CustomerCandidate,
  type ServiceCandidate,
  type SkuCandidates,
  type Suggestions,
  suggestMapping,
} from './suggest.ts';
export { type MappingSources, validateMapping } from './validate.ts';
