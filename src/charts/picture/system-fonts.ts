import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readGlyphs } from './glyphs.ts';

/** Folders of fonts on Linux, macOS and Windows. */
const FOLDERS = [
  '/usr/share/fonts',
  '/usr/local/share/fonts',
  join(homedir(), '.local/share/fonts'),
  '/System/Library/Fonts',
  '/Library/Fonts',
  'C:\\Windows\\Fonts',
];

/** Fonts with many scripts that these systems ship, the smaller ones first. */
const CANDIDATES = [
  /^DroidSansFallback.*\.ttf$/i,
  /^wqy-.*\.tt[cf]$/i,
  /^(msyh|malgun|YuGothM|meiryo|simsun)\.tt[cf]$/i,
  /^NotoSans(CJK|SC|JP|KR|TC).*Regular.*\.(tt[cf]|otf)$/i,
  /^(Hiragino Sans GB|PingFang|AppleSDGothicNeo|STHeiti Light)\.ttc$/i,
  /^Arial Unicode\.ttf$/i,
  /^(DejaVuSans|seguisym|arial)\.ttf$/i,
];

/** A font is read whole into memory: the largest of the candidates has 24 MB. */
const MAX_FONT_BYTES = 40_000_000;

/** Finds a font for characters that the package's own fonts lack; undefined if there is none. */
export type FontFinder = (characters: ReadonlySet<string>) => Promise<Uint8Array | undefined>;

/**
 * A finder that looks at one file if the settings name one, else through the fonts of the system. It takes the first font
 * with all of the characters, else the one with most; the folders are listed once, the last font is kept.
 */
function createFontFinder(configured: string | undefined): FontFinder {
  let paths: Promise<readonly string[]> | undefined;
  let last: Uint8Array | undefined;
  return async (characters) => {
    if (last && coverage(last, characters) === characters.size) return last;
    paths ??= configured === undefined ? systemFonts() : Promise.resolve([configured]);
    let best: { readonly file: Uint8Array; readonly count: number } | undefined;
    for (const path of await paths) {
      const file = await readFont(path);
      const count = file ? coverage(file, characters) : 0;
      if (file && count > (best?.count ?? 0)) best = { file, count };
      if (best?.count === characters.size) break;
    }
    last = best?.file ?? last;
    return best?.file;
  };
}

const finders = new Map<string | undefined, FontFinder>();

/** The process's finder for a file that the settings name, or for the fonts of the system. */
export function fontFinder(configured: string | undefined): FontFinder {
  const finder = finders.get(configured) ?? createFontFinder(configured);
  finders.set(configured, finder);
  return finder;
}

/** Number of the characters that a font has; 0 for a file that is not a font. */
function coverage(file: Uint8Array, characters: ReadonlySet<string>): number {
  try {
    const glyphs = readGlyphs(file);
    return [...characters].filter((character) => glyphs.widthOf(character.codePointAt(0) ?? 0) !== undefined).length;
  } catch {
    return 0;
  }
}

async function systemFonts(): Promise<readonly string[]> {
  const lists = await Promise.all(FOLDERS.map(filesBelow));
  const files = lists.flat();
  return CANDIDATES.flatMap((pattern) => files.filter(({ name }) => pattern.test(name)).map(({ path }) => path));
}

async function filesBelow(folder: string): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => ({ name, path: join(parentPath, name) }))
    .toSorted((left, right) => left.path.localeCompare(right.path));
}

/** Undefined for what cannot be read or is too large: the picture does without. */
async function readFont(path: string): Promise<Uint8Array | undefined> {
  try {
    const { size } = await stat(path);
    return size > MAX_FONT_BYTES ? undefined : await readFile(path);
  } catch {
    return undefined;
  }
}
