import { createServer } from 'node:http';
import { TammaError } from '@tamma/domain';
import { closeServer, listen } from '@tamma/process';

/** Throws a TammaError (`PORT_TAKEN`, …) that names the setting when nothing could listen there. */
export async function requireFreePort(host: string, port: number, setting: string): Promise<void> {
  const server = createServer();
  await listen(server, { host, port, setting });
  await closeServer(server);
}

export interface WorkerPortsRequest {
  readonly host: string;
  readonly first: number;
  readonly count: number;
  /** Whether a person chose the first port: then it is that one or an error. */
  readonly isChosen: boolean;
}

/** A port for each worker's probes, counting up. One nobody asked for by number gives way to any free port. */
export async function pickWorkerPorts(request: WorkerPortsRequest): Promise<readonly number[]> {
  const wanted = Array.from({ length: request.count }, (_, i) =>
    request.first === 0 ? 0 : request.first + i,
  );
  return Promise.all(wanted.map((port) => pickPort(request, port)));
}

async function pickPort({ host, isChosen }: WorkerPortsRequest, port: number): Promise<number> {
  try {
    await requireFreePort(host, port, 'TAMMA_WORKER_PORT');
    return port;
  } catch (thrown) {
    const isTaken = thrown instanceof TammaError && thrown.code === 'PORT_TAKEN';
    if (isChosen || !isTaken) throw thrown;
    return 0;
  }
}
