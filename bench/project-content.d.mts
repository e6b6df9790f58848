export declare const chartUuid: (position: number) => string;
/** The dashboard with so many tiles. */
export declare const dashboardUuid: (tiles: number) => string;
/** Results of a request for content; undefined if it is for something else. */
export declare function contentResults(method: string, target: string, body: string, charts: number): unknown;
