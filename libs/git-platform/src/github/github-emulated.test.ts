import { gitPlatformContract } from '../contract.ts';
import { type EmulatedServer, startEmulatedServer } from './testing/emulated-server.ts';
import { LEFT_OUT_OF_EMULATION } from './testing/left-out.ts';

describe('GitHub, emulated', () => {
  let server: EmulatedServer;

  before(async () => {
    server = await startEmulatedServer();
  });
  after(() => server.close());

  gitPlatformContract('github, emulated', () => server.createFixture(), LEFT_OUT_OF_EMULATION);
});
