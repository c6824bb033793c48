// Joins the modules of src/index.js to one file, dist/textkit.js, and checks what came out.
import { mkdir, readFile, writeFile } from 'node:fs/promises';

const root = new URL('../', import.meta.url);

const index = await readFile(new URL('src/index.js', root), 'utf8');
const modules = [...index.matchAll(/^export \* from '\.\/([\w-]+\.js)';$/gm)].map(([, name]) => name);
const sources = await Promise.all(modules.map((name) => readFile(new URL(`src/${name}`, root), 'utf8')));

const problems = [];
const owners = new Map();
for (const [position, source] of sources.entries()) {
  const name = modules[position];
  if (/^import\b/m.test(source)) problems.push(`src/${name} imports something: modules stand on their own`);
  for (const [, exported] of source.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)) {
    const owner = owners.get(exported);
    if (owner !== undefined) problems.push(`${exported} is exported by src/${owner} and by src/${name}`);
    owners.set(exported, name);
  }
}

const readme = await readFile(new URL('README.md', root), 'utf8');
for (const [exported, name] of owners) {
  if (!readme.includes(`| \`${exported}(`)) problems.push(`README.md does not list ${exported} of src/${name}`);
}
if (owners.size === 0) problems.push('src/index.js exports nothing');
stopOn(problems);

const bundle = new URL('dist/textkit.js', root);
await mkdir(new URL('dist/', root), { recursive: true });
await writeFile(bundle, sources.join('\n'));

const library = await import(bundle.href);
const built = Object.keys(library);
stopOn([...owners.keys()].filter((name) => !built.includes(name)).map((name) => `dist/textkit.js lacks ${name}`));

// Only calls of the library's own functions are run: the README is text, not a script.
const examples = [...readme.matchAll(/^(\w+)\((.*)\); \/\/ (.+)$/gm)].filter(([, name]) => built.includes(name));
stopOn(examples.map(checkExample).filter((problem) => problem !== null));
console.log(`${examples.length} examples of README.md give what they say`);
console.log(`dist/textkit.js exports ${built.join(', ')}`);

/** What is wrong with an example, null when it gives its result. */
function checkExample([, name, input, result]) {
  const call = `${name}(${input})`;
  try {
    const given = JSON.stringify(new Function(name, `return ${call};`)(library[name]));
    const wanted = JSON.stringify(new Function(`return ${result};`)());
    return given === wanted ? null : `README.md says that ${call} gives ${wanted}, but it gives ${given}`;
  } catch (error) {
    return `README.md has an example that does not run: ${call}: ${error.message}`;
  }
}

function stopOn(found) {
  if (found.length === 0) return;
  for (const problem of found) console.error(`build: ${problem}`);
  process.exit(1);
}
