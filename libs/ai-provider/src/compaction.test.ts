import { expect } from 'chai';
import type { Message } from './ai-provider.ts';
import { type CompactionOrder, compactMessages, lengthOf } from './compaction.ts';

const ORDER: CompactionOrder = { target: 0, kept: 2, describe: ({ name }) => `${name} src/a.js` };
const LONG = 'x'.repeat(5000);

function prompt(text = LONG): Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}

/** A turn that calls one tool. */
function turn(input: unknown, answer: string, text = ''): readonly Message[] {
  return [
    {
      role: 'assistant',
      content: [
        { type: 'opaque', provider: 'stub', data: { thought: 'sealed' } },
        { type: 'text', text },
        { type: 'tool_call', id: 'id-1', name: 'read_file', input },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', callId: 'id-1', content: answer, isError: false }] },
  ];
}

describe('compaction', () => {
  it('replaces old answers by a note on what they were, oldest first, until the target is reached', () => {
    const messages = [prompt(), ...turn({}, LONG), ...turn({}, LONG), ...turn({}, LONG), ...turn({}, LONG)];
    const compacted = compactMessages(messages, { ...ORDER, target: lengthOf(messages) - 6000 });
    const answers = compacted.map((message) => (message.role === 'user' ? message.content[0] : null));
    const note =
      '[left out to save room: 5000 characters of read_file src/a.js; call it again if you need it]';
    expect(answers[2]).to.deep.equal({ type: 'tool_result', callId: 'id-1', content: note, isError: false });
    expect(answers[4]).to.have.property('content', note);
    expect(answers[6]).to.have.property('content', LONG);
    expect(compacted[0]).to.equal(messages[0]);
  });

  it('keeps every message that it does not shorten as the same object', () => {
    const messages = [prompt(), ...turn({ path: 'a' }, 'short'), ...turn({}, LONG), ...turn({}, LONG)];
    const compacted = compactMessages(messages, ORDER);
    const changed = compacted.flatMap((message, index) => (message === messages[index] ? [] : [index]));
    expect(changed).to.deep.equal([4]);
  });

  it('never touches the prompt nor the last messages', () => {
    const messages = [prompt(), ...turn({ text: LONG }, LONG)];
    expect(compactMessages(messages, ORDER)).to.deep.equal(messages);
  });

  it('leaves out long texts and bodies, keeps short arguments, and drops what was sealed beside them', () => {
    const messages = [prompt(), ...turn({ path: 'src/a.js', text: LONG }, 'written', LONG), ...turn({}, '')];
    const [, said] = compactMessages(messages, ORDER);
    const [text, call, ...rest] = said?.content ?? [];
    expect(text)
      .to.have.property('text')
      .that.matches(/^x{1700}\n\[left out to save room: 3300 characters\]$/);
    expect(call).to.deep.equal({
      type: 'tool_call',
      id: 'id-1',
      name: 'read_file',
      input: { path: 'src/a.js', text: '[left out to save room: 5002 characters]' },
    });
    expect(rest).to.deep.equal([]);
  });

  for (const [name, input] of [
    ['a text', LONG],
    ['a list', [LONG]],
    [
      'many short arguments',
      Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`a${index}`, 'b'])),
    ],
  ] as const) {
    it(`leaves ${name} out as a whole`, () => {
      const [, said] = compactMessages([prompt(), ...turn(input, ''), ...turn({}, '')], ORDER);
      const call = said?.content.find((block) => block.type === 'tool_call');
      expect(JSON.stringify(call)).to.match(
        /"input":\{"leftOut":"\[left out to save room: \d+ characters\]"\}/,
      );
    });
  }

  it('changes nothing the second time', () => {
    const messages = [
      prompt(),
      ...turn({ text: LONG }, LONG, LONG),
      ...turn([LONG], LONG),
      ...turn({}, LONG),
    ];
    const once = compactMessages(messages, ORDER);
    const twice = compactMessages(once, ORDER);
    expect(twice.every((message, index) => message === once[index])).to.equal(true);
  });
});
