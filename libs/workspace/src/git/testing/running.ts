import { readdir, readFile } from 'node:fs/promises';

/** Whether a process with this word in its command line runs. */
export async function isRunning(word: string): Promise<boolean> {
  // Looked for from out here: in the sandbox a command sees its own processes only.
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.some((line) => line.includes(word));
}
