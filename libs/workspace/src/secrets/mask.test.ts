import { expect } from 'chai';
import { createMask, findSecretsIn, SECRET_REMOVED } from './index.ts';

const TOKEN = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
const KEY = `-----BEGIN ${'RSA PRIVATE'} KEY-----\n${'MIIEowIBAAKCAQEA'.repeat(10)}\n-----END ${'RSA PRIVATE'} KEY-----`;

describe('the mask', () => {
  const known = ['sesame-open-2026', 'with space & sign/32', 'short'];
  const mask = createMask({ known });

  it('takes out known secrets wherever they stand, and leaves short ones alone', async () => {
    const masked = await mask(`a sesame-open-2026 b=sesame-open-2026; short`);
    expect(masked).to.equal(`a ${SECRET_REMOVED} b=${SECRET_REMOVED}; short`);
  });

  it('takes them out as base64 too, alone or amid something else, and in a URL', async () => {
    for (const before of ['', 'u', 'us', 'user:']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = Buffer.from(`${before}sesame-open-2026${before}`).toString(encoding);
        expect(await mask(`Basic ${text}`), before).to.contain(SECRET_REMOVED);
      }
    }
    const masked = await mask('https://host/?q=with%20space%20%26%20sign%2F32');
    expect(masked).to.equal(`https://host/?q=${SECRET_REMOVED}`);
  });

  it('takes out what looks like a secret, of every kind, and all of it', async () => {
    const text = `token = '${TOKEN}'\n${KEY}\nurl: https://me:hunter2hunter2@example.com/\nend\n`;
    const masked = await mask(text);
    expect(masked).not.to.contain(TOKEN.slice(4, 16)).and.not.contain('MIIEow').and.not.contain('hunter2');
    expect(masked)
      .to.match(/^token = '\[secret removed\]'\n/)
      .and.match(/end\n$/);
  });

  it('changes nothing else, and nothing the second time', async () => {
    const text = 'const sum = (a, b) => a + b; // §\r\n\0\n';
    expect(await mask(text)).to.equal(text);
    const once = await mask(`x ${TOKEN} y`);
    expect(await mask(once)).to.equal(once);
    expect(await createMask({ known: ['', ' '] })('a b')).to.equal('a b');
  });

  it('takes no time that anybody notices', async () => {
    const text = 'The quick brown fox jumps over the lazy dog.\n'.repeat(2_300);
    await mask(text);
    const startedMs = performance.now();
    for (let i = 0; i < 5; i += 1) await mask(text);
    // A tenth of that on an idle machine.
    expect((performance.now() - startedMs) / 5).to.be.lessThan(500);
  });
});

describe('secrets in a text', () => {
  it('are named by file, line and kind, and never shown', async () => {
    const found = await findSecretsIn(`// login\n\nconst token = '${TOKEN}';\n`, 'src/login.js');
    expect(found).to.have.length(1);
    expect(found[0]).to.include({ path: 'src/login.js', line: 3 });
    expect(JSON.stringify(found)).not.to.contain(TOKEN.slice(4, 16));
    expect(await findSecretsIn('nothing', 'a.js')).to.deep.equal([]);
  });
});
