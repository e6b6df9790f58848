import { plainText } from '../../text/plain-text.ts';
import { list, type Preview, type Previews, results, shown } from '../preview.ts';

/** The new list of explores, and those that it removes. */
const previewSetExplores: Preview = async ({ projectUuid, explores }, client) => {
  const current = list
    .parse(await results(client, 'GetExplores', { projectUuid }))
    .map((item) => plainText(String(item.name)));
  const next = list.parse(explores).map((item) => plainText(String(item.name)));
  const removedExplores = current.filter((item) => !next.includes(item));
  const loss =
    removedExplores.length > 0
      ? ` ${removedExplores.length} of them disappear: ${shown(removedExplores)}; charts on them break.`
      : '';
  return `Replaces all ${current.length} explores of the project by ${next.length} (${shown(next)}).${loss}`;
};

/** Previews of what cannot be undone: explores. */
export const explorePreviews = {
  SetExplores: previewSetExplores,
} satisfies Previews;
