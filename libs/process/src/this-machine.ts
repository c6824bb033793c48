/** Whether what stands at an address such as `http://127.0.0.1:11434/v1` runs on this machine. */
export function isThisMachine(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}
