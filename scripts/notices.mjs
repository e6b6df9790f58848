// Licences and bill of materials of everything that dist/ holds, from what the bundler put into it.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const LICENCE_FILES = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** Folders of the packages that esbuild's metafiles name, without doubles. */
function bundledFolders(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)),
  );
  const folders = inputs.map((path) => /^(?:.*:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(folders.filter((folder) => folder !== undefined))];
}

async function readPackage(folder) {
  const { name, version, license, repository } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && LICENCE_FILES.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.slice(folder.length + 1).includes('node_modules'))
    .sort();
  const source = (typeof repository === 'string' ? repository : repository?.url)
    ?.replace(/^git\+|\.git$/g, '')
    .replace('git@github.com:', 'https://github.com/');
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  if (license === undefined) throw new Error(`${name} names no licence`);
  if (texts.length === 0 && source === undefined)
    throw new Error(`${name} has neither a licence file nor a repository`);
  return { folder, name, version, license, source, texts };
}

/**
 * Writes THIRD_PARTY_NOTICES.txt and sbom.cdx.json (CycloneDX) into a folder.
 *
 * @param metafiles of esbuild, for what is bundled.
 * @param copied names of packages of which files are copied.
 */
export async function writeNotices(folder, metafiles, copied) {
  const folders = [...bundledFolders(metafiles), ...copied.map((name) => join('node_modules', name))];
  const packages = await Promise.all(folders.map(readPackage));
  packages.sort((left, right) => (left.name < right.name ? -1 : 1));
  await writeFile(join(folder, 'THIRD_PARTY_NOTICES.txt'), notices(packages));
  await writeFile(join(folder, 'sbom.cdx.json'), `${JSON.stringify(await billOfMaterials(packages), null, 1)}\n`);
}

function notices(packages) {
  const rule = '='.repeat(80);
  const parts = packages.map(({ name, version, license, source, texts }) => {
    const title = [`${name} ${version}`, `Licence: ${license}`, ...(source ? [`Source: ${source}`] : [])].join('\n');
    return `${rule}\n${title}\n${rule}\n\n${texts.map((text) => text.trim()).join('\n\n') || `Its text: https://spdx.org/licenses/${license}.html`}\n`;
  });
  return `lightdash-mcp contains parts of the packages below.\n\n${parts.join('\n')}`;
}

async function billOfMaterials(packages) {
  const self = JSON.parse(await readFile('package.json', 'utf8'));
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const purl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': purl(self.name, self.version),
        name: self.name,
        version: self.version,
        licenses: [{ license: { id: self.license } }],
      },
    },
    components: packages.map(({ folder, name, version, license }) => {
      const [algorithm, digest] =
        lock.packages[folder.slice(folder.indexOf('node_modules/'))]?.integrity?.split('-') ?? [];
      return {
        type: 'library',
        'bom-ref': purl(name, version),
        name,
        version,
        purl: purl(name, version),
        licenses: [/ /.test(license) ? { expression: license } : { license: { id: license } }],
        ...(algorithm === 'sha512' && {
          hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
        }),
      };
    }),
  };
}
