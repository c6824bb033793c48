import { appendFile, cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { ensureDashboard, stampOf } from './build-dashboard.mjs';

const ROOT = join(import.meta.dirname, '..');
/** As long as two builds at once may take. */
const BUILD_MS = 240_000;

/** A clone with nothing in it but what the dashboard is made of. */
async function copyClone(folder) {
  // Drafts of a build that runs at the same time come and go.
  const notThese = /\/(dist(\.[^/]*)?|screenshots|node_modules)(\/|$)/;
  for (const path of ['apps/dashboard', 'libs/domain', 'libs/contracts', 'tsconfig.base.json']) {
    const filter = (source) => !notThese.test(source.slice(ROOT.length));
    await cp(join(ROOT, path), join(folder, path), { recursive: true, filter });
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

describe('ensureDashboard', () => {
  it('builds what has changed, and only that', async function () {
    this.timeout(BUILD_MS);
    await using folder = await testFolder();
    await copyClone(folder.path);
    const root = folder.path;
    const said = [];
    const ensure = () => ensureDashboard({ root, say: (line) => said.push(line) });
    const [one, other] = await Promise.all([ensure(), ensure()]);
    expect([one.isNew, other.isNew], 'two at once').to.deep.equal([true, true]);
    expect((await ensure()).isNew).to.equal(false);
    expect(said).to.have.length(2);

    const files = await readdir(join(one.folder, 'assets'));
    expect(files.filter((name) => name.endsWith('.js'))).to.have.length(1);
    const page = await readFile(join(one.folder, 'index.html'), 'utf8');
    expect(page, 'no inline code').not.to.match(/<script>|<style| style=| on\w+=/);
    for (const name of files) expect(page).to.contain(`/assets/${name}`);

    await appendFile(join(root, 'apps/dashboard/src/styles/base.css'), '\n.new-rule { color: red; }\n');
    expect((await ensure()).isNew).to.equal(true);

    await writeFile(join(root, 'apps/dashboard/src/main.tsx'), 'import "./nothing-here.ts";');
    const complaint = await ensure().then(
      () => 'built',
      ({ message }) => message,
    );
    expect(complaint).to.match(/cannot be built.*nothing-here/s);
    expect(await readdir(join(one.folder, 'assets')), 'the old one stays').to.have.length(files.length);
    const left = (await readdir(join(root, 'apps/dashboard'))).filter((name) => name.startsWith('dist.'));
    expect(left).to.deep.equal([]);
  });

  it('does not care about what is not shipped', async () => {
    await using folder = await testFolder();
    await copyClone(folder.path);
    const before = await stampOf(folder.path);
    await appendFile(join(folder.path, 'apps/dashboard/src/testing/fake-tamma.ts'), '// more');
    await appendFile(join(folder.path, 'apps/dashboard/src/app/route.test.ts'), '// more');
    expect(await stampOf(folder.path)).to.equal(before);
    await appendFile(join(folder.path, 'libs/domain/src/fold.ts'), '// more');
    expect(await stampOf(folder.path)).not.to.equal(before);
  });
});
