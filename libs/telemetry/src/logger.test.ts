import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { createLogger, type Logger, type LogLevel } from './logger.ts';

interface Recorded {
  readonly logger: Logger;
  text(): string;
  lines(): Record<string, unknown>[];
}

function recorded(level: LogLevel = 'info'): Recorded {
  let text = '';
  const destination = {
    write: (line: string): void => {
      text += line;
    },
  };
  return {
    logger: createLogger({ name: 'worker', level, destination }),
    text: () => text,
    lines: () => text.trim().split('\n').filter(Boolean).map(parse),
  };
}

function parse(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) throw new Error(`no record: ${line}`);
  return { ...value };
}

describe('logger', () => {
  it('writes one JSON line with time, level, name, message and fields', () => {
    const { logger, lines } = recorded();
    logger.info({ workflowId: 'shop-1.r1', attempt: 2 }, 'task taken');
    const [line] = lines();
    expect(line).to.include({
      level: 'info',
      name: 'worker',
      msg: 'task taken',
      workflowId: 'shop-1.r1',
      attempt: 2,
    });
    expect(line?.time).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = recorded('warn');
    logger.debug({}, 'one');
    logger.info({}, 'two');
    logger.warn({}, 'three');
    logger.error({}, 'four');
    expect(lines().map(({ msg }) => msg)).to.deep.equal(['three', 'four']);
  });

  it('adds the fields of a child to each of its lines', () => {
    const { logger, lines } = recorded();
    logger.child({ workerId: 'w1', token: 'hunter2-hunter2' }).warn({ attempt: 1 }, 'late');
    expect(lines()[0]).to.include({ workerId: 'w1', attempt: 1, token: '[masked]' });
  });

  it('masks what has the name of a secret, at any depth and in any spelling', () => {
    const { logger, text, lines } = recorded();
    const fields = {
      password: 'hunter2',
      redis: { PASSWORD: 'hunter2', nested: [{ apiKey: 'hunter2' }] },
      request: { headers: { authorization: 'hunter2', 'set-cookie': ['hunter2'], 'x-api-key': 'hunter2' } },
      anthropic_api_key: 'hunter2',
      webhookSecret: { value: 'hunter2' },
      tokens: new Map([['a', 'hunter2']]),
      inputTokens: 120,
    };
    logger.error(fields, 'request failed');
    expect(text()).not.to.contain('hunter2');
    expect(lines()[0]).to.deep.include({ inputTokens: 120, password: '[masked]', webhookSecret: '[masked]' });
  });

  it('masks passwords in addresses wherever they stand', () => {
    const { logger, text } = recorded();
    const url = 'redis://:hunter2@localhost:6379/0';
    const other = 'postgres://tamma:hunter2@db/tamma?x=1';
    const error = new TammaError('NO_REDIS', `cannot reach ${url}`, {
      remedy: `Check ${other}.`,
      cause: new Error(`connect ${other}`),
    });
    logger
      .child({ database: other })
      .error({ error, url, list: [other], parsed: new URL(other) }, `at ${url}`);
    expect(text()).not.to.contain('hunter2');
    expect(text()).to.contain('redis://[masked]@localhost:6379/0');
    expect(text()).to.contain('postgres://[masked]@db/tamma?x=1');
  });

  it('masks tokens and keys by their shape, also in the stack and the causes of an error', () => {
    const { logger, text } = recorded();
    const secrets = [
      `ghp_${'a1'.repeat(18)}`,
      `github_pat_${'b2'.repeat(20)}`,
      `sk-ant-api03-${'c3'.repeat(20)}`,
      `Bearer ${'d4'.repeat(16)}`,
      `-----BEGIN RSA PRIVATE KEY-----\n${'e5'.repeat(30)}\n-----END RSA PRIVATE KEY-----`,
    ];
    const error = new AggregateError([new Error(secrets[0])], secrets[1], { cause: new Error(secrets[2]) });
    logger.error({ error, said: secrets[3], file: secrets[4] }, 'model refused');
    for (const part of ['a1a1', 'b2b2', 'c3c3', 'd4d4', 'e5e5']) expect(text()).not.to.contain(part);
  });

  it('spells an error out, and takes nothing else along that hangs on it', () => {
    const { logger, text, lines } = recorded();
    const error = Object.assign(
      new TammaError('PORT_TAKEN', 'port 1 is taken', { class: 'system', remedy: 'Move.' }),
      {
        config: { headers: { 'x-custom': 'hunter2' } },
      },
    );
    logger.error({ error }, 'cannot listen');
    expect(lines()[0]?.error).to.include({
      name: 'TammaError',
      code: 'PORT_TAKEN',
      class: 'system',
      message: 'port 1 is taken',
      remedy: 'Move.',
    });
    expect(text()).to.contain('logger.test.ts');
    expect(text()).not.to.contain('hunter2');
  });

  it('survives what cannot be written as JSON, and keeps lines short', () => {
    const { logger, text, lines } = recorded();
    const circle: Record<string, unknown> = { name: 'circle' };
    circle.self = circle;
    const fields = {
      circle,
      big: 1n,
      at: new Date(Number.NaN),
      run: () => 1,
      bytes: Buffer.from('hunter2'),
      long: 'x'.repeat(1_000_000),
      many: Array.from({ length: 10_000 }, (_, index) => index),
    };
    logger.info(fields, 'odd');
    expect(lines()).to.have.length(1);
    expect(text().length).to.be.lessThan(20_000);
    expect(lines()[0]).to.include({ big: '1', run: '[function]', bytes: '[7 bytes]', at: '[no date]' });
  });

  it('does not take long over hostile text', () => {
    const { logger, lines } = recorded();
    logger.info(
      { text: 'a://'.repeat(50_000), other: `a://${':'.repeat(50_000)}`, third: 'Bearer '.repeat(9_999) },
      'x',
    );
    expect(lines()).to.have.length(1);
  });
});
