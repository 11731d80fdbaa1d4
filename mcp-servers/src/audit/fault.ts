// What verification says of a file.

export type FaultKind =
  /** A line is another than the one that was written. */
  | 'edited'
  /** Lines are missing between others, or before them. */
  | 'dropped'
  /** Lines are missing at the end. */
  | 'cut'
  /** Lines were put in by something else than the writer. */
  | 'inserted'
  /** Lines stand before those that they were written after. */
  | 'reordered'
  /** A line is no event. */
  | 'malformed'
  /** Lines of another writer. */
  | 'foreign'
  /** The file has events of another day than its folder. */
  | 'misplaced'
  /** A whole file is missing, or all but its head. */
  | 'file-missing'
  | 'head-missing'
  | 'head-malformed'
  /** Not what a head that was kept elsewhere says. */
  | 'kept-head';

export interface Fault {
  kind: FaultKind;
  /** The first line concerned, and the last where there are several. Neither where it is about the file. */
  line?: number;
  to?: number;
  message: string;
}

export interface Judgement {
  faults: Fault[];
  /** What is worth knowing and no sign of tampering. */
  notes: string[];
}
