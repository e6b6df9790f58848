/** A project of any size in the shapes that were recorded on 1.219. */
export interface LargeProject {
  /** The results of a request; undefined if there is no such route. */
  results(target: string): unknown;
}
export declare const projectUuid: string;
export declare const exploreName: (position: number) => string;
export declare const joinedName: (position: number) => string;
export declare const joinedMetric: (position: number) => string;
export declare function largeProject(size: {
  readonly explores: number;
  readonly fields: number;
  readonly joinEvery?: number;
  readonly unlisted?: number;
}): LargeProject;
