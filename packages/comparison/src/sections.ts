import { type ComparedMethod, type ComparedRow, compareOutcomes } from './compare-outcomes.js';

/** A method in a section. */
export interface SectionRow extends ComparedRow {
  readonly id: string;
  readonly title: string;
  readonly note: string;
}

/** Methods that are compared with each other. */
export interface ComparisonSection {
  readonly kind: 'comparison';
  readonly id: string;
  readonly title: string;
  /** What a reader has to know, a sentence each. */
  readonly notes: readonly string[];
  /** Id of the row that the others are compared with. */
  readonly reference: string;
  readonly rows: readonly SectionRow[];
}

/** A size of an unknown source, over sources and seeds. */
export interface SizeRow {
  /** Images of the source; null for all that there are. */
  readonly size: number | null;
  readonly tried: number;
  readonly found: number;
  /** 95 % interval of the share found. */
  readonly interval: readonly [number, number];
  /** Means over the tries: share of its images in the cluster that holds most of them, and their share of it. */
  readonly held: number;
  readonly purity: number | null;
}

/** How small a source may be. */
export interface SizeSection {
  readonly kind: 'sizes';
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly rows: readonly SizeRow[];
}

export type Section = ComparisonSection | SizeSection;

/** A method with its outcomes, before it is compared. */
export interface SectionMethod extends ComparedMethod {
  readonly id: string;
  readonly title: string;
  readonly note: string;
}

/** Compares methods; the first is the one that the others are compared with. */
export function compareSection(
  { id, title, notes }: Pick<ComparisonSection, 'id' | 'title' | 'notes'>,
  methods: readonly SectionMethod[],
  seed: number,
): ComparisonSection {
  const rows = compareOutcomes(methods, 0, seed).map((row, m) => {
    const method = methods[m] as SectionMethod;
    return { id: method.id, title: method.title, note: method.note, ...row };
  });
  return { kind: 'comparison', id, title, notes, reference: (methods[0] as SectionMethod).id, rows };
}
