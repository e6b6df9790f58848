/** Outcome of a recorded exchange that was made through a tool. */
export type Outcome = 'result' | 'failure' | 'refused' | 'mended' | 'replaced';

const headings: Readonly<Record<Outcome, string>> = {
  result: 'success replayed',
  failure: 'failure replayed',
  refused: 'refused unsent',
  mended: 'mended by the server',
  replaced: 'on routes that a newer one replaces',
};
const outcomes = ['result', 'failure', 'refused', 'mended', 'replaced'] as const;

/** Counts outcomes by operation. */
export class Tally {
  readonly #counts = new Map<string, Record<Outcome, number>>();

  add(operationId: string, outcome: Outcome): void {
    const counts = this.#counts.get(operationId) ?? { result: 0, failure: 0, refused: 0, mended: 0, replaced: 0 };
    counts[outcome]++;
    this.#counts.set(operationId, counts);
  }

  get all(): number {
    return outcomes.reduce((sum, outcome) => sum + this.total(outcome), 0);
  }

  total(outcome: Outcome): number {
    return [...this.#counts.values()].reduce((sum, counts) => sum + counts[outcome], 0);
  }

  /** Two operations a line: success/failure/refused/completed; then the totals. */
  report(): string {
    const cells = [...this.#counts].map(
      ([id, counts]) => `${outcomes.map((outcome) => counts[outcome]).join('/')} ${id}`,
    );
    const width = Math.max(...cells.map((cell) => cell.length)) + 2;
    const perLine = Math.max(1, Math.floor(150 / width));
    const lines: string[] = [];
    for (let at = 0; at < cells.length; at += perLine) {
      lines.push(
        cells
          .slice(at, at + perLine)
          .map((cell) => cell.padEnd(width))
          .join('')
          .trimEnd(),
      );
    }
    const totals = outcomes.map((outcome) => `${this.total(outcome)} ${headings[outcome]}`).join(', ');
    return [
      '',
      `Recorded exchanges by operation (${outcomes.map((outcome) => headings[outcome]).join(' / ')}):`,
      ...lines,
      `${this.all} recorded exchanges over ${this.#counts.size} operations: ${totals}`,
      '',
    ].join('\n');
  }
}
