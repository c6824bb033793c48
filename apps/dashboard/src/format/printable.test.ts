import { expect } from 'chai';
import { printable, printableLine } from './printable.ts';

describe('printable', () => {
  it('names what would turn or hide text, and keeps what scripts and emoji are spelled with', () => {
    expect(printable('user\u202etxt.exe')).to.equal('user⟨U+202E⟩txt.exe');
    expect(printable('a\u200bb\ufeffc\u0000d\u2066e')).to.equal('a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+0000⟩d⟨U+2066⟩e');
    expect(printable('👩\u200d💻 می\u200cخواهم')).to.equal('👩\u200d💻 می\u200cخواهم');
  });

  it('drops the colors of logs and keeps their lines', () => {
    expect(printable('\u001b[32mok\u001b[0m\r\n\tnext\rlast')).to.equal('ok\n\tnext\nlast');
    expect(printable('\u001b]8;;http://x\u0007')).to.equal('⟨U+001B⟩]8;;http://x⟨U+0007⟩');
  });

  it('puts a title on one line', () => {
    expect(printableLine(' a\n\n b\tc ')).to.equal('a b c');
    expect(printableLine('w'.repeat(1000))).to.equal(`${'w'.repeat(400)} … (600 more characters)`);
  });

  it('takes any text as it comes', () => {
    expect(printable('<img src=x onerror=alert(1)>')).to.equal('<img src=x onerror=alert(1)>');
    expect(printable('')).to.equal('');
    expect(printable('\ud800')).to.equal('\ud800');
  });
});
