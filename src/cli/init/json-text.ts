import { createScanner, findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';

/**
 * Sets a value in a text of JSON with comments. Every character outside of the value stays: jsonc-parser's own `modify`
 * would write the lines beside it anew.
 *
 * @param path the members and, behind a list, the item; the last may be new, the others are made where they are missing.
 */
export function withValue(text: string, path: readonly (string | number)[], value: unknown): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) throw new Error('the text was parsed before');
  const style = styleOf(text);
  const existing = findNodeAtLocation(root, [...path]);
  if (existing) {
    const { offset, length } = existing;
    return text.slice(0, offset) + written(value, indentAt(text, offset), style) + text.slice(offset + length);
  }
  const [last, ...up] = [...path].reverse();
  const parent = findNodeAtLocation(root, up.toReversed());
  // Whatever is missing in between is made along with the value.
  if (parent === undefined) {
    return withValue(text, up.toReversed(), typeof last === 'number' ? [value] : { [String(last)]: value });
  }
  return withMember(text, parent, typeof last === 'string' ? `${JSON.stringify(last)}: ` : '', value, style);
}

/** Adds a member to an object, or an item to a list, behind the others and behind their comments. */
function withMember(text: string, { offset, length, children = [] }: Node, name: string, value: unknown, style: Style) {
  const close = offset + length - 1;
  const [first] = children;
  const end = text.slice(0, close).trimEnd().length;
  const outer = indentAt(text, offset);
  const indent = first && startsLine(text, first.offset) ? indentAt(text, first.offset) : outer + style.unit;
  const lastEnd = children.reduce((_, each) => each.offset + each.length, offset + 1);
  const hasComma = characterBehind(text, lastEnd) === ',';
  const separated = children.length > 0 && !hasComma ? `,${text.slice(lastEnd, end)}` : text.slice(lastEnd, end);
  const member = `${style.eol}${indent}${name}${written(value, indent, style)}${hasComma ? ',' : ''}`;
  const rest = text.slice(end, close);
  return (
    text.slice(0, lastEnd) + separated + member + (rest.includes('\n') ? rest : style.eol + outer) + text.slice(close)
  );
}

/** The first character behind a place that is neither blank nor of a comment. */
function characterBehind(text: string, offset: number): string {
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

/** How the text is written: what is added should not stand out. */
const styleOf = (text: string): Style => ({
  unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ',
  eol: text.includes('\r\n') ? '\r\n' : '\n',
});

/** A value as people write it: each member in a line of its own, a list of plain values in one. */
function written(value: unknown, indent: string, style: Style): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  if (isList && value.every((item) => typeof item !== 'object' || item === null)) {
    return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
  }
  const inner = indent + style.unit;
  const members = Object.entries(value).map(([name, each]) => {
    const start = isList ? '' : `${JSON.stringify(name)}: `;
    return `${style.eol}${inner}${start}${written(each, inner, style)}`;
  });
  const [open, close] = isList ? '[]' : '{}';
  return members.length === 0 ? `${open}${close}` : `${open}${members.join(',')}${style.eol}${indent}${close}`;
}

const lineBefore = (text: string, offset: number) => text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
const startsLine = (text: string, offset: number) => lineBefore(text, offset).trim() === '';
const indentAt = (text: string, offset: number) => /^[ \t]*/.exec(lineBefore(text, offset))?.[0] ?? '';
