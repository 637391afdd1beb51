import {
  ASSIGNMENT_COLUMNS,
  assignmentCells,
  type CaseView,
  type Cell,
  type ColumnType,
} from '@ganscout/cases';

/** What is told of each image of a case in the formats that have a row an image. */
export interface ImageColumns {
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Values of one image. @param row of `view.images`. */
  readonly cells: (row: number) => Cell[];
}

/**
 * The columns of the assignments, then the true source where any is known, and the part of the file where parts were studied.
 * Text is `''` where there is none.
 */
export function imageColumns({ images, labels, sources, provenance, truth }: CaseView): ImageColumns {
  const hasPatches = images.some(({ patch }) => patch !== null);
  const columns = {
    ...ASSIGNMENT_COLUMNS,
    ...(truth === null ? {} : { truth: 'text' as const }),
    ...(hasPatches ? { patch: 'text' as const } : {}),
  };
  const cells = (row: number): Cell[] => {
    const { id, path, patch } = images[row] as (typeof images)[number];
    const source = sources[(labels[row] as number) - 1];
    return [
      ...assignmentCells({ id, path, row, source }, provenance),
      ...(truth === null ? [] : [truth[row] ?? '']),
      ...(hasPatches ? [patch === null ? '' : `${patch.x},${patch.y},${patch.width},${patch.height}`] : []),
    ];
  };
  return { columns, cells };
}
