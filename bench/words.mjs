import { loadTypeScript } from '../scripts/load-typescript.mjs';
import { budget, say, section } from './report.mjs';

const FIRST_FEW = 5;

/** Measures a ranking by words (BM25), by which hosts that defer tools choose which to show. */
export async function measureWords() {
  const { createToolRanking, rankedPlaces } = await loadTypeScript('test/inventory/bm25.ts');
  const { administrators, analysts, everyday, later } = await loadTypeScript('test/inventory/sentences.ts');
  const { toolDefinitions } = await loadTypeScript('src/inventory/tool-entries.ts');
  const rank = createToolRanking(toolDefinitions, { withTitle: true });
  const percent = (share) => `${Math.floor(100 * share)} %`;
  section('Words: sentences of people, by which hosts that defer tools find them');
  for (const [who, sentences] of Object.entries({ analysts, administrators })) {
    const { first, firstFew } = rankedPlaces(sentences, rank, FIRST_FEW);
    const count = `${sentences.length} sentences of ${who}`;
    budget(`${count}: the right tool among the first five`, firstFew, { atLeast: 0.95, write: percent });
    budget(`${count}: the right tool first`, first, { atLeast: 0.85, write: percent });
  }
  for (const [kind, sentences] of Object.entries({ 'from day to day': everyday, 'written after the texts': later })) {
    const { first, firstFew } = rankedPlaces(sentences, rank, FIRST_FEW);
    say(`- ${sentences.length} more (${kind}): ${percent(firstFew)} among the first five, ${percent(first)} first`);
  }
}
