import { createScanner, findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';

/**
 * Sets a value in a text of JSON with comments. All other characters stay: jsonc-parser's `modify` would reformat the
 * neighbouring lines.
 *
 * @param path keys, and indexes for lists; missing parents are created.
 */
export function withValue(text: string, path: readonly (string | number)[], value: unknown): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) throw new Error('the text was parsed before');
  const style = styleOf(text);
  const existing = findNodeAtLocation(root, [...path]);
  if (existing) {
    const { offset, length } = existing;
    return text.slice(0, offset) + formatValue(value, indentAt(text, offset), style) + text.slice(offset + length);
  }
  const [last, ...up] = [...path].reverse();
  const parent = findNodeAtLocation(root, up.toReversed());
  // Creates missing parents along with the value.
  if (parent === undefined) {
    return withValue(text, up.toReversed(), typeof last === 'number' ? [value] : { [String(last)]: value });
  }
  return withMember(text, parent, typeof last === 'string' ? `${JSON.stringify(last)}: ` : '', value, style);
}

/** Adds a member to an object, or an item to a list, after the others and their comments. */
function withMember(text: string, { offset, length, children = [] }: Node, name: string, value: unknown, style: Style) {
  const close = offset + length - 1;
  const [first] = children;
  const end = text.slice(0, close).trimEnd().length;
  const outer = indentAt(text, offset);
  const indent = first && startsLine(text, first.offset) ? indentAt(text, first.offset) : outer + style.unit;
  const lastEnd = children.reduce((_, child) => child.offset + child.length, offset + 1);
  const hasComma = nextCharacter(text, lastEnd) === ',';
  const separated = children.length > 0 && !hasComma ? `,${text.slice(lastEnd, end)}` : text.slice(lastEnd, end);
  const member = `${style.eol}${indent}${name}${formatValue(value, indent, style)}${hasComma ? ',' : ''}`;
  const rest = text.slice(end, close);
  return (
    text.slice(0, lastEnd) + separated + member + (rest.includes('\n') ? rest : style.eol + outer) + text.slice(close)
  );
}

/** The first character after an offset that is neither blank nor in a comment. */
function nextCharacter(text: string, offset: number): string {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  return text.charAt(scanner.getTokenOffset());
}

interface Style {
  /** One step of indenting. */
  readonly unit: string;
  readonly eol: string;
}

/** Style of the text, for additions. */
const styleOf = (text: string): Style => ({
  unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ',
  eol: text.includes('\r\n') ? '\r\n' : '\n',
});

/** A formatted value: one member per line, a list of plain values on one line. */
function formatValue(value: unknown, indent: string, style: Style): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  if (isList && value.every((item) => typeof item !== 'object' || item === null)) {
    return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
  }
  const inner = indent + style.unit;
  const members = Object.entries(value).map(([name, member]) => {
    const start = isList ? '' : `${JSON.stringify(name)}: `;
    return `${style.eol}${inner}${start}${formatValue(member, inner, style)}`;
  });
  const [open, close] = isList ? '[]' : '{}';
  return members.length === 0 ? `${open}${close}` : `${open}${members.join(',')}${style.eol}${indent}${close}`;
}

const lineBefore = (text: string, offset: number) => text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
const startsLine = (text: string, offset: number) => lineBefore(text, offset).trim() === '';
const indentAt = (text: string, offset: number) => /^[ \t]*/.exec(lineBefore(text, offset))?.[0] ?? '';
