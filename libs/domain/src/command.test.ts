import { expect } from 'chai';
import { type CommandKind, findCommand, permissionOf } from './command.ts';
import { workedMs } from './testing/worked-ms.ts';

function commandIn(comment: string) {
  const found = findCommand(comment);
  return found?.ok === true ? found.command : null;
}

function problemIn(comment: string): string {
  const found = findCommand(comment);
  return found?.ok === false ? found.problem : '';
}

describe('a command in a comment', () => {
  it('is a word behind /tamma, with what else is said as its text', () => {
    for (const kind of ['approve', 'reject', 'retry', 'cancel', 'suspend', 'resume'] as const) {
      expect(commandIn(`/tamma ${kind}`)).to.deep.equal({ kind, text: '' });
      expect(commandIn(`/tamma ${kind} because\nof it`)).to.deep.equal({ kind, text: 'because\nof it' });
    }
    expect(commandIn('/tamma explain')).to.deep.equal({ kind: 'explain' });
    expect(commandIn('/tamma help me')).to.deep.equal({ kind: 'help' });
  });

  it('takes any case, blank lines before it, other line ends and a mark behind the word', () => {
    for (const comment of [
      '/TAMMA Approve',
      '\n\r\n \n  /tamma\tapprove  \r\n',
      '/tamma approve.',
      '/tamma   approve!',
    ]) {
      expect(commandIn(comment), comment).to.deep.equal({ kind: 'approve', text: '' });
    }
    expect(commandIn('/tamma approve, thanks')).to.deep.equal({ kind: 'approve', text: 'thanks' });
  });

  it('is none further down, quoted, fenced, indented as code, hidden, or of another word', () => {
    for (const comment of [
      '',
      'approve',
      'Hi\n/tamma approve',
      '> /tamma approve',
      '`/tamma approve`',
      '```\n/tamma approve\n```',
      '    /tamma approve',
      '\t/tamma approve',
      '<!-- /tamma approve -->',
      '<!--\n-->/tamma approve',
      '@maria /tamma approve',
      '/tammany approve',
      '/tamma-approve',
      '//tamma approve',
      'tamma approve',
      '/ tamma approve',
      '\u200B/tamma approve',
    ]) {
      expect(findCommand(comment), comment).to.equal(null);
    }
  });

  it('says what is wrong, and never repeats what could be markup', () => {
    expect(problemIn('/tamma aprove')).to.match(/^"aprove" is no command; known are approve, reject/);
    expect(problemIn('/tamma')).to.match(/^\/tamma alone is no command; known are/);
    expect(problemIn('/tamma\napprove')).to.match(/^\/tamma alone is no command/);
    for (const word of ['@everyone', '[a](http://b)', '<img>', 'àpprove', '`x`', '__proto__']) {
      expect(problemIn(`/tamma ${word}`), word).to.match(/^that is no command/);
    }
    expect(problemIn(`/tamma ${'x'.repeat(100_000)}`)).to.have.length.below(200);
    expect(problemIn('/tamma constructor')).to.match(/^"constructor" is no command/);
  });

  it('wants words where the command alone says nothing', () => {
    expect(commandIn('/tamma answer the second one')).to.deep.equal({
      kind: 'answer',
      text: 'the second one',
    });
    expect(commandIn('/tamma edit\nleave b out')).to.deep.equal({ kind: 'edit', text: 'leave b out' });
    for (const kind of ['answer', 'edit']) {
      expect(problemIn(`/tamma ${kind} \n`)).to.equal(`write what you mean behind it: /tamma ${kind} <text>`);
    }
  });

  it('wants a priority from 0 to 1000, as a number', () => {
    expect(commandIn('/tamma priority 700')).to.deep.equal({ kind: 'priority', score: 700, text: '' });
    expect(commandIn('/tamma priority 0 not now')).to.deep.equal({
      kind: 'priority',
      score: 0,
      text: 'not now',
    });
    expect(commandIn('/tamma priority 1000')).to.include({ score: 1000 });
    for (const text of ['', '1001', '-1', '7.5', '1e3', 'high', '12345', '700x', '0x10']) {
      expect(problemIn(`/tamma priority ${text}`), text).to.contain('a number from 0 to 1000');
    }
  });

  it('keeps 10,000 characters that a database takes', () => {
    const command = commandIn(`/tamma answer \0${'x'.repeat(9998)}😀 and more`);
    const text = command !== null && 'text' in command ? command.text : '';
    expect(text).to.have.length(10_000);
    expect(text.isWellFormed()).to.equal(true);
    expect(text).not.to.contain('\0');
  });

  it('is looked for in a megabyte in no time to speak of', () => {
    const begun = workedMs();
    for (const piece of [' ', '\n', '\r\n', ' \n', '\t', '/tamma', '/tamma ', '/tamma \n', '.', '\0', '😀']) {
      const long = piece.repeat(Math.ceil(1_000_000 / piece.length));
      for (const comment of [long, `${long}x`, `/tamma ${long}x`, `/tamma priority 7${long}x`]) {
        findCommand(comment);
      }
    }
    expect(workedMs() - begun).to.be.below(5000);
  });
});

describe('the permission for a command', () => {
  it('is that of the same act elsewhere', () => {
    const permissions: Record<CommandKind, string> = {
      approve: 'approve',
      reject: 'approve',
      edit: 'approve',
      answer: 'approve',
      retry: 'operate',
      cancel: 'operate',
      suspend: 'operate',
      resume: 'operate',
      priority: 'operate',
      explain: 'view',
      help: 'view',
    };
    for (const comment of Object.keys(permissions)) {
      const kind = commandIn(`/tamma ${comment} 1`)?.kind;
      expect(kind === undefined ? '' : permissionOf(kind), comment).to.equal(kind && permissions[kind]);
    }
  });
});
