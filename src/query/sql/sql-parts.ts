/** Texts in quotes and comments, which hold no syntax. */
const OPAQUE = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g;
const PART = /"(?:[^"]|"")*"|`[^`]*`|\$\{[^}]*\}|[A-Za-z_]\w*|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|::|\/\/|[^\s]/g;

/** Words, quoted names, numbers, references and symbols of SQL, without its comments; a text in quotes comes as `''`. */
export function sqlParts(sql: string): readonly string[] {
  const plain = sql.replace(OPAQUE, (text) => (text.startsWith("'") ? ' \u0000 ' : ' '));
  return [...plain.matchAll(PART)].map(([part]) => (part === '\u0000' ? "''" : part));
}
