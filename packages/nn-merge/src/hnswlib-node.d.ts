/** What is used of the package hnswlib-node 3, which need not be installed. */
declare module 'hnswlib-node' {
  interface HierarchicalNSW {
    initIndex(mostPoints: number, m: number, efConstruction: number, seed: number): void;
    addPoint(point: number[], label: number): void;
    searchKnn(point: number[], count: number): { readonly neighbors: readonly number[] };
    setEf(ef: number): void;
  }
  const hnswlib: { readonly HierarchicalNSW: new (space: 'l2', dims: number) => HierarchicalNSW };
  export default hnswlib;
}
