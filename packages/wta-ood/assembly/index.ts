export { addAgreements, fillTable } from './agreements';
export { countOnes } from './code-counts';
export { allPairs, somePairs } from './hamming';
export { pairCodes } from './pair-codes';
