/** What a person may choose about a report; all but the first are by default as said. */
export interface ReportSettings {
  /** Title of the page; by default the name of the run. */
  readonly title?: string | undefined;
  /** Largest size of the whole page in bytes; 25 000 000. */
  readonly maximumBytes?: number | undefined;
  /** Names of the known sources whose images are real; by default those whose names say so. */
  readonly realSources?: readonly string[] | undefined;
  /** Of what is drawn at random; that of the run. */
  readonly seed?: number | undefined;
  /** Whether the slow map (UMAP) is made beside the fast one; true. */
  readonly umap?: boolean | undefined;
  /** Told what is being done. */
  readonly onProgress?: ((what: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Most bytes of a page, where nobody says otherwise. */
export const DEFAULT_MAXIMUM_BYTES = 25_000_000;
