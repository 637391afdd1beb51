import type { NpyArray } from '@ganscout/data-model';

/** Numbers and texts that a peer answers beside its time, such as an inertia or the name of a file. */
export type PeerResult = Readonly<Record<string, number | string>>;

/** What a benchmark finds around it. */
export interface Setting {
  /** Threads of ours and of the peer alike. */
  readonly threads: number;
  /** Temporary folder of this benchmark, removed after it. */
  readonly folder: string;
  /** Writes an array into the folder and returns the absolute path of the file. */
  save(name: string, array: NpyArray): string;
}

/** How two results agree. */
export interface Comparison {
  /** One sentence for the table, such as both inertias. */
  readonly note: string;
  /** Whether ours did what the aim asks for, such as reaching the peer's inertia. */
  readonly holds: boolean;
}

/** A benchmark with its arrays in memory. */
export interface Prepared<Result> {
  /** What the peer's script gets, as JSON. */
  readonly peerInput: Readonly<Record<string, unknown>>;
  /** Called once with the first result of the peer, before ours runs for the first time. */
  adapt?(peer: PeerResult): Promise<void> | void;
  /** The computation that is timed. */
  run(): Promise<Result> | Result;
  /** Seconds of the computation alone, where a run does more than is to be timed. */
  seconds?(result: Result): number;
  /** @param peer last result of the peer, or null if it is missing. */
  compare(result: Result, peer: PeerResult | null): Comparison;
  /** Called at the end, whatever happened. */
  release?(): Promise<void> | void;
}

/** A stage to be timed beside what a Python user would reach for. */
export interface Benchmark<Result = unknown> {
  readonly name: string;
  /** What is computed, one line. */
  readonly title: string;
  /** Largest ratio ours / peer that is aimed at. */
  readonly aim: number;
  readonly peer: {
    /** For the table, such as `faiss`. */
    readonly name: string;
    /** File name in `peers/`. */
    readonly script: string;
  };
  /** Runs that are timed together, where one is too short for the clock; 1 if left out. */
  readonly repetitions?: number;
  prepare(setting: Setting): Promise<Prepared<Result>> | Prepared<Result>;
}
