import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { createHealth, type HealthMonitor, type HealthStatus } from './health.ts';
import { createProbeServer, type ProbeServer } from './probe-server.ts';

interface Probe extends AsyncDisposable {
  readonly server: ProbeServer;
  readonly errors: string[];
  get(path: string, init?: RequestInit): Promise<Response>;
}

async function probe(status: HealthStatus, port = 0): Promise<Probe> {
  const errors: string[] = [];
  const server = createProbeServer({
    host: '127.0.0.1',
    port,
    setting: 'TAMMA_WORKER_PORT',
    health: healthOf(status),
    metrics: { contentType: 'text/plain; version=0.0.4', render: async () => 'tamma_up 1\n' },
    onError: (error) => errors.push(error.message),
  });
  await server.start();
  return {
    server,
    errors,
    get: (path, init) => fetch(`http://127.0.0.1:${server.port()}${path}`, init),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function healthOf(status: HealthStatus): HealthMonitor {
  const health = createHealth({ version: '1.2.3' });
  health.add({ name: 'redis', critical: true, check: async () => ({ status }) });
  return health;
}

async function statusesOf(one: Probe): Promise<number[]> {
  const paths = ['/health', '/health/ready', '/health/live'];
  return Promise.all(paths.map(async (path) => (await one.get(path)).status));
}

describe('probe server', () => {
  it('answers 200 on /health only when healthy, and keeps ready and live apart from it', async () => {
    await using healthy = await probe('healthy');
    await using degraded = await probe('degraded');
    await using unhealthy = await probe('unhealthy');
    expect(await statusesOf(healthy)).to.deep.equal([200, 200, 200]);
    expect(await statusesOf(degraded)).to.deep.equal([503, 200, 200]);
    expect(await statusesOf(unhealthy)).to.deep.equal([503, 503, 200]);
  });

  it('shows the whole report as JSON', async () => {
    await using one = await probe('degraded');
    const response = await one.get('/health?verbose=1');
    expect(response.headers.get('content-type')).to.equal('application/json; charset=utf-8');
    const body: unknown = await response.json();
    expect(body).to.include({ status: 'degraded', version: '1.2.3' });
  });

  it('renders metrics with their own content type', async () => {
    await using one = await probe('healthy');
    const response = await one.get('/metrics');
    expect(response.headers.get('content-type')).to.equal('text/plain; version=0.0.4');
    expect(await response.text()).to.equal('tamma_up 1\n');
  });

  it('knows no other path and no other method', async () => {
    await using one = await probe('healthy');
    const answers = [await one.get('/'), await one.get('/health/'), await one.get('//evil/health')];
    expect(answers.map(({ status }) => status)).to.deep.equal([404, 404, 404]);
    expect((await one.get('/health', { method: 'POST', body: 'x' })).status).to.equal(405);
  });

  it('answers 500 without the reason, and tells it to us', async () => {
    const errors: string[] = [];
    const server = createProbeServer({
      host: '127.0.0.1',
      port: 0,
      setting: 'TAMMA_WORKER_PORT',
      health: healthOf('healthy'),
      metrics: { contentType: 'text/plain', render: () => Promise.reject(new Error('collector is broken')) },
      onError: (error) => errors.push(error.message),
    });
    await server.start();
    const response = await fetch(`http://127.0.0.1:${server.port()}/metrics`);
    await server.stop();
    expect(response.status).to.equal(500);
    expect(await response.text()).to.equal('internal error\n');
    expect(errors).to.deep.equal(['collector is broken']);
  });

  it('names the port that is taken and the setting that moves it', async () => {
    await using first = await probe('healthy');
    const port = first.server.port() ?? 0;
    const error = await probe('healthy', port).then(
      () => expect.fail('two servers share a port'),
      (thrown: unknown) => thrown,
    );
    expect(error)
      .to.be.instanceOf(TammaError)
      .and.to.include({
        code: 'PORT_TAKEN',
        message: `port ${port} on 127.0.0.1 is taken by another process`,
        remedy: 'Set TAMMA_WORKER_PORT to a free port, or stop the process that listens there.',
      });
  });

  it('frees its port when stopped, may be stopped twice, and starts again', async () => {
    const one = await probe('healthy');
    const port = one.server.port();
    await Promise.all([one.server.stop(), one.server.stop()]);
    expect(one.server.port()).to.equal(null);
    await using again = await probe('healthy', port ?? 0);
    expect((await again.get('/health')).status).to.equal(200);
    await one.server.stop();
  });
});
