type Leaves = Readonly<Record<string, string>>;

/**
 * Describes the changes of a replaced entry by names only: any value may be a secret.
 *
 * @returns a sentence such as `Changed: env.LIGHTDASH_URL; new: args; gone: url.`
 */
export function changes(before: unknown, after: unknown): string {
  const [was, becomes] = [leaves(before), leaves(after)];
  const changed = Object.keys(was).filter((name) => name in becomes && becomes[name] !== was[name]);
  const added = Object.keys(becomes).filter((name) => !(name in was));
  const removed = Object.keys(was).filter((name) => !(name in becomes));
  const parts = Object.entries({ changed, new: added, gone: removed })
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => `${kind}: ${names.join(', ')}`);
  const [first = 'nothing changes', ...rest] = parts;
  return `${[first.charAt(0).toUpperCase() + first.slice(1), ...rest].join('; ')}.`;
}

/** The values of an entry by path; a list counts as one value. */
function leaves(value: unknown, path = ''): Leaves {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { [path || 'the entry']: JSON.stringify(value) ?? '' };
  }
  const inner = Object.entries(value).map(([name, member]) => leaves(member, path ? `${path}.${name}` : name));
  return Object.assign({}, ...inner);
}
