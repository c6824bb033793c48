import { testFolder } from '@tamma/testing';
import { gitPlatformContract } from '../contract.ts';
import { createLocalFixture } from './testing/local-fixture.ts';

gitPlatformContract('local', async () => createLocalFixture(await testFolder()));
