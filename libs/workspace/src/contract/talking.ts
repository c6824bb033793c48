import { expect } from 'chai';
import { type ContractTest, commandRequest, refusal } from './world.ts';

/** What goes into a command and comes out of it. */
export function talkingContract(test: ContractTest): void {
  test('gives both outputs apart as well, each within the limit', async (workspace) => {
    const script = 'seq 100000; echo wrong >&2';
    const result = await workspace.run(commandRequest(['sh', '-c', script], { outputMax: 500 }));
    expect(result.stderr).to.equal('wrong\n');
    expect(result.stdout)
      .to.match(/^1\n2\n/)
      .and.match(/99999\n100000\n$/);
    expect(result.stdout.length).to.be.at.most(500);
    expect(result.output.length).to.be.at.most(500);
  });

  test('writes to standard input and closes it, also when nobody reads', async (workspace) => {
    const stdin = 'grün\n'.repeat(200_000);
    const read = await workspace.run(commandRequest(['wc', '-c'], { stdin }));
    expect(read.stdout.trim()).to.equal(String(Buffer.byteLength(stdin)));
    expect(await workspace.run(commandRequest(['true'], { stdin }))).to.include({ exitCode: 0 });
    expect(await workspace.run(commandRequest(['cat'], { stdin: '' }))).to.include({
      exitCode: 0,
      stdout: '',
    });
  });

  test('sets the variables it is given, and no others', async (workspace) => {
    const variables = { A_KEY: 'of the provider' };
    const given = await workspace.run(commandRequest(['sh', '-c', 'echo "$A_KEY"'], { variables }));
    expect(given.stdout).to.equal('of the provider\n');
    const next = await workspace.run(commandRequest(['sh', '-c', 'echo "$A_KEY"']));
    expect(next.stdout).to.equal('\n');
    const broken = commandRequest(['true'], { variables: { A_KEY: 'a\0b' } });
    expect((await refusal(workspace.run(broken))).class).to.equal('validation');
  });

  test('tells standard output as it comes', async (workspace) => {
    const heard: string[] = [];
    const half = Promise.withResolvers<void>();
    const onOutput = (text: string) => {
      heard.push(text);
      half.resolve();
    };
    const script = 'echo one; echo no >&2; while ! test -e go; do sleep 0.02; done; echo two';
    const running = workspace.run(commandRequest(['sh', '-c', script], { onOutput }));
    await half.promise;
    expect(heard.join('')).to.equal('one\n');
    await workspace.writeFile('go', '');
    await running;
    expect(heard.join('')).to.equal('one\ntwo\n');
  });
}
