// Adds to package-lock.json the platform packages that npm left out because the registry in use does not carry them.
// Without them `npm ci` refuses the lock file ("Missing: @biomejs/cli-darwin-arm64@ from lock file"), and on the
// platforms concerned nothing would be installed. Run it after `npm install` behind such a registry:
//
//   node scripts/complete-lockfile.mjs [FOLDER]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

const file = join(process.argv[2] ?? '.', 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = {};
for (const { dev, peer, optionalDependencies = {} } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const parts = name.split(/[-/]/);
    const os = systems.find((item) => parts.includes(item));
    const cpu = processors.find((item) => parts.includes(item));
    // A range, or a package for every platform, is for npm to resolve.
    if (lock.packages[`node_modules/${name}`] || !os || !cpu || !/^\d/.test(version)) continue;
    const libc = os === 'linux' && { libc: [parts.includes('musl') ? 'musl' : 'glibc'] };
    added[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev && { dev }),
      ...libc,
      optional: true,
      os: [os],
      ...(peer && { peer }),
    };
  }
}
const { '': root, ...packages } = { ...lock.packages, ...added };
const sorted = Object.entries(packages).sort(([left], [right]) => left.localeCompare(right, 'en'));
lock.packages = { '': root, ...Object.fromEntries(sorted) };
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${Object.keys(added).length} added: ${Object.keys(added).join(', ')}\n`);
