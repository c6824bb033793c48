import { configSchema } from '@tamma/contracts';
import { buildProject } from '@tamma/contracts/testing';
import { expect } from 'chai';
import { describeConfig } from './describe-config.ts';

const { id, platform, repository, issues } = buildProject();
const project = { id, platform, repository, issues, ai: { provider: 'scripted', answers: '/answers' } };

describe('the configuration as an event tells it', () => {
  it('holds every setting by its path, and the ids of the projects', () => {
    const origins = ['https://a.example', 'https://b.example'];
    const config = configSchema.parse({
      server: { cors: { origins } },
      projects: [project, { ...project, id: 'other' }],
    });
    const described = describeConfig(config);
    expect(described).to.include({
      'server.port': '3000',
      'server.rateLimit.max': '100',
      'server.rateLimit.signedInMax': '1000',
      'server.cors.origins': 'https://a.example,https://b.example',
      'workflow.maxConcurrent': '10',
      'events.batchSize': '500',
      projects: 'demo, other',
    });
    expect(described).to.not.have.property('redis.url');
  });

  it('holds no credentials, however they are written', () => {
    const urls = ['redis://:hunter2@db:1/0', 'redis://tamma:hunter2@db', 'redis://a:hun@hunter2/@db:1'];
    for (const url of urls) {
      const config = configSchema.parse({ redis: { url }, projects: [project] });
      expect(describeConfig(config)['redis.url']).to.match(/^redis:\/\/\[masked\]@db/);
      expect(JSON.stringify(describeConfig(config))).to.not.contain('hunter2');
    }
  });

  it('fits into an event however many projects there are', () => {
    const projects = Array.from({ length: 500 }, (_, index) => ({
      ...project,
      id: `project-number-${index}`,
    }));
    const described = describeConfig(configSchema.parse({ projects }));
    expect(JSON.stringify(described).length).to.be.below(10_000);
  });
});
