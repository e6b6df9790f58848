// Checks that imports in src/ go down only and make no circle. Usage: node scripts/check-imports.mjs [folder]
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const CONTRACT_OF_TOOLS = [
  'tools/tool.ts',
  'tools/arguments.ts',
  'tools/read-arguments.ts',
  'tools/argument-names.ts',
  'tools/argument-problems.ts',
  'tools/schema-keys.ts',
  'tools/content/find-content.ts',
  'tools/content/project-content.ts',
  'tools/people/find-person.ts',
];

/** From the ground up; a room imports from its own floor and from lower ones. The contract of the tools is a floor of its own. */
const FLOORS = [
  ['text', 'async', 'secrets', 'version.ts'],
  ['observability', 'lightdash', 'config'],
  ['operations'],
  ['query', 'charts', 'dashboards'],
  ['render'],
  CONTRACT_OF_TOOLS,
  ['policy'],
  ['tools'],
  ['inventory'],
  ['mcp'],
  ['cli'],
  ['main.ts', 'sandbox'],
];

const root = process.argv[2] ?? 'src';
const files = readdirSync(root, { recursive: true })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'));
const importsOf = new Map(files.map((file) => [file, localImports(file)]));
const problems = [...upwards(), ...circles()];
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;

function localImports(file) {
  const source = readFileSync(join(root, file), 'utf8');
  const paths = source.matchAll(/^(?:import|export)\b(?:[^;]*?\bfrom)? '(\.[^']+)'|\bimport\(\s*'(\.[^']+)'/gm);
  return [...paths]
    .map(([, from, dynamic]) => normalize(join(dirname(file), from ?? dynamic)).replaceAll('\\', '/'))
    .filter((target) => target.endsWith('.ts'));
}

function upwards() {
  return files.flatMap((file) => importsOf.get(file).flatMap((target) => upward(file, target) ?? []));
}

function upward(file, target) {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (to === 'sandbox' && from !== 'sandbox' && from !== 'main.ts')
    return `${file} imports ${target}: only main.ts loads the sandbox`;
  if (from === 'sandbox')
    return to === 'sandbox' ? undefined : `${file} imports ${target}: the sandbox shares no code with the rest`;
  // Tools stand above policy, but none uses it.
  if (from === 'tools' && to === 'policy') return `${file} imports ${target}: no tool uses policy`;
  return floorOf(file) < floorOf(target) ? `${file} imports ${target}, which stands above it` : undefined;
}

function roomOf(file) {
  return file.split('/')[0];
}

function floorOf(file) {
  const exact = FLOORS.findIndex((rooms) => rooms.includes(file));
  const floor = exact >= 0 ? exact : FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));
  if (floor < 0) throw new Error(`${file} has no floor in scripts/check-imports.mjs`);
  return floor;
}

/** Depth first: a file met again on the way to itself closes a circle. */
function circles() {
  const done = new Set();
  const problems = [];
  const visit = (file, path) => {
    if (path.includes(file)) problems.push(`circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
    if (done.has(file) || path.includes(file)) return;
    for (const target of importsOf.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return problems;
}
