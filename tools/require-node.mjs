// Plain JavaScript that old versions can read: the TypeScript behind it needs Node 24.

const NODE_MAJOR_MIN = 24;
/** Where `npm ci` brings Node 24 with the other packages. */
const BROUGHT_FOR = ['linux-x64', 'linux-arm64'];

/**
 * What to tell a person whose Node is too old; null when it is new enough.
 *
 * @param {{version: string, platform: string, arch: string}} runtime
 */
export function explainNode({ version, platform, arch }) {
  if (Number.parseInt(version, 10) >= NODE_MAJOR_MIN) return null;
  const remedy = BROUGHT_FOR.includes(`${platform}-${arch}`)
    ? 'Run "npm ci", which brings it, and start through npm ("npm start") or npx.'
    : `Install Node ${NODE_MAJOR_MIN} (https://nodejs.org) and try again.`;
  return `Tamma needs Node ${NODE_MAJOR_MIN}, this is Node ${version}.\n${remedy}`;
}

/** Ends the process with 2 when its Node is too old. */
export function requireNode() {
  const { versions, platform, arch } = process;
  const complaint = explainNode({ version: versions.node, platform, arch });
  if (complaint === null) return;
  console.error(complaint);
  process.exit(2);
}
