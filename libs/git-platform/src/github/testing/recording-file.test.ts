import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { fileNameOf, type Recording } from './recording.ts';
import { readRecording, writeRecording } from './recording-file.ts';

const PLACE = {
  apiUrl: 'https://ghe.acme.test/api/v3',
  serverUrl: 'https://ghe.acme.test',
  repository: 'tamma-contract-1234abcd',
};
const TEST = 'comments: keeps one';

function recordingOf(answer: Recording['exchanges'][number]['answer'], path = '/x'): Recording {
  const request = { who: 'ours', method: 'GET', path, body: null } as const;
  return {
    test: TEST,
    ours: 'tamma',
    other: 'ada',
    exchanges: [{ ...request, status: 200, headers: {}, answer }],
  };
}

async function writtenAndRead(
  recording: Recording,
): Promise<{ readonly text: string; readonly read: Recording }> {
  await using folder = await testFolder();
  await writeRecording(folder.path, recording, PLACE);
  const text = await readFile(join(folder.path, fileNameOf(TEST)), 'utf8');
  return { text, read: await readRecording(folder.path, TEST) };
}

describe('the file of a recording', () => {
  it('names neither the server nor the repository', async () => {
    const url = `${PLACE.apiUrl}/repos/ada/${PLACE.repository}`;
    const git = `git://ghe.acme.test/ada/${PLACE.repository}.git`;
    const ssh = `git@ghe.acme.test:ada/${PLACE.repository}.git`;
    const { text, read } = await writtenAndRead(
      recordingOf({ url, git, ssh, html: `${PLACE.serverUrl}/ada` }),
    );
    expect(text).not.to.include('acme.test').and.not.to.include('1234abcd');
    expect(read.exchanges[0]?.answer).to.deep.equal({
      url: 'https://api.github.example/repos/ada/contract',
      git: 'git://github.example/ada/contract.git',
      ssh: 'git@github.example:ada/contract.git',
      html: 'https://github.example/ada',
    });
  });

  it('puts times of its own in place of those the server made, in their order, and leaves others alone', async () => {
    const times = {
      late: '2031-05-02T10:00:01Z',
      early: '2031-05-02T09:59:59Z',
      again: '2031-05-02T10:00:01Z',
    };
    const path = '/x?since=2000-01-01T00:00:00.000Z&then=2031-05-02T10:00:01Z';
    const { read } = await writtenAndRead(recordingOf(times, path));
    const [late, early] = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z'];
    expect(read.exchanges[0]?.answer).to.deep.equal({ late, early, again: late });
    expect(read.exchanges[0]?.path).to.equal(`/x?since=2000-01-01T00:00:00.000Z&then=${late}`);
  });

  it('has the order of the moments, not that of their letters', async () => {
    const times = { whole: '2031-05-02T10:00:01Z', fraction: '2031-05-02T10:00:01.500Z' };
    const { read } = await writtenAndRead(recordingOf(times));
    expect(read.exchanges[0]?.answer).to.deep.equal({
      whole: '2026-01-01T00:00:00Z',
      fraction: '2026-01-01T00:00:01Z',
    });
  });
});
