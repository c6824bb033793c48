import { expect } from 'chai';
import { assistant, call, prepare, result, text, thought, user } from './testing/conversation.ts';

/** The messages after the first one, without marks for the cache. */
function sent(...[later, settings, changes]: Parameters<typeof prepare>): unknown {
  const { messages } = prepare(later, settings, changes).body;
  const bare = JSON.stringify(messages.slice(1), (name, member: unknown) =>
    name === 'cache_control' ? undefined : member,
  );
  return JSON.parse(bare);
}

const toolUse = (id: string, input: object = { word: 'tamma' }) => ({
  type: 'tool_use',
  id,
  name: 'lookup',
  input,
});
const toolResult = (id: string, content = 'an engine', is_error = false) => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  is_error,
});

describe('messages to Claude', () => {
  it('take turns, with results before all other text', () => {
    const later = [
      assistant(text('One.')),
      assistant(call('c1')),
      user(text('By the way.')),
      user(result('c1')),
    ];
    expect(sent(later)).to.deep.equal([
      { role: 'assistant', content: [text('One.'), toolUse('c1')] },
      { role: 'user', content: [toolResult('c1'), text('By the way.')] },
    ]);
  });

  it('have no empty text, no empty message and no half characters', () => {
    const later = [
      assistant(text(' \n')),
      user(text('')),
      assistant(text('Yes.'), text(''), call('c1')),
      user(result('c1', ''), text('half \ud83d of it')),
    ];
    expect(sent(later)).to.deep.equal([
      { role: 'assistant', content: [text('Yes.'), toolUse('c1')] },
      { role: 'user', content: [toolResult('c1', '(empty)'), text('half \ufffd of it')] },
    ]);
  });

  it('have a result for each call, also one that was never run', () => {
    const later = [assistant(call('c1'), call('c2')), user(text('It was cut.'), result('c2'))];
    expect(sent(later)).to.deep.equal([
      { role: 'assistant', content: [toolUse('c1'), toolUse('c2')] },
      {
        role: 'user',
        content: [toolResult('c2'), toolResult('c1', 'This call was not run.', true), text('It was cut.')],
      },
    ]);
  });

  it('have objects for input and plain ids, whatever was said elsewhere', () => {
    const later = [
      assistant(call('call:1|ä', '{"word": "tam'), call('c2', ['x']), call('c3', null)),
      user(result('call:1|ä'), result('c2'), result('c3')),
    ];
    expect(sent(later)).to.deep.equal([
      {
        role: 'assistant',
        content: [
          toolUse('call_1__', { received: '{"word": "tam' }),
          toolUse('c2', { received: ['x'] }),
          toolUse('c3', { received: null }),
        ],
      },
      { role: 'user', content: [toolResult('call_1__'), toolResult('c2'), toolResult('c3')] },
    ]);
  });
});

describe('thoughts of Claude', () => {
  const MODEL = 'claude-sonnet-5-5';
  const sealed = { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' };
  const answers = user(result('c1'));

  /** A conversation of two turns, each of which began with a thought. */
  function conversation(model: string) {
    const first = assistant(thought({ model, prefix: prepare([], { model }).prefix }), call('c1'));
    const { prefix } = prepare([first, answers], { model });
    return [first, answers, assistant(thought({ model, prefix }), call('c2')), user(result('c2'))];
  }

  const thoughtsIn = (later: Parameters<typeof prepare>[0], model: string) =>
    JSON.stringify(sent(later, { model })).split('"thinking":"Hm."').length - 1;

  it('go back as they came, in their place', () => {
    expect(sent(conversation(MODEL))).to.deep.equal([
      { role: 'assistant', content: [sealed, toolUse('c1')] },
      { role: 'user', content: [toolResult('c1')] },
      { role: 'assistant', content: [sealed, toolUse('c2')] },
      { role: 'user', content: [toolResult('c2')] },
    ]);
  });

  it('are left out from where the conversation before them was changed, by models that mind', () => {
    const [first = answers, , second = answers, last = answers] = conversation(MODEL);
    const changed = [first, user(result('c1', '[left out to save room]')), second, last];
    expect(thoughtsIn(changed, MODEL)).to.equal(1);
    const another = prepare(changed, {}, { system: 'You are another test.' });
    expect(JSON.stringify(another.body)).to.not.contain('Hm.');
    const { prefix } = prepare(changed);
    const later = [...changed, assistant(thought({ model: MODEL, prefix }), call('c3')), user(result('c3'))];
    expect(thoughtsIn(later, MODEL)).to.equal(2);
  });

  it('stay after a change with models that do not mind', () => {
    const model = 'claude-opus-4-8';
    const [first = answers, , ...rest] = conversation(model);
    expect(thoughtsIn([first, user(result('c1', 'left out')), ...rest], model)).to.equal(2);
  });

  it('are left out where another model, another provider or nobody made them', () => {
    expect(thoughtsIn(conversation('claude-opus-5-5'), MODEL)).to.equal(0);
    const prefix = prepare().prefix;
    const odd = [
      { model: MODEL, prefix },
      { model: MODEL, prefix, block: { ...sealed, signature: '' } },
      { model: MODEL, prefix, block: { type: 'text', text: 'Hm.' } },
      null,
      'Hm.',
    ].map((data) => ({ type: 'opaque' as const, provider: 'anthropic', data }));
    const elsewhere = {
      type: 'opaque' as const,
      provider: 'openai',
      data: { model: MODEL, prefix, block: sealed },
    };
    const later = [assistant(...odd, elsewhere, text('Well.')), user(text('Go on.'))];
    expect(sent(later)).to.deep.equal([
      { role: 'assistant', content: [text('Well.')] },
      { role: 'user', content: [text('Go on.')] },
    ]);
  });

  it('are left out of models that are told not to think', () => {
    const model = 'claude-sonnet-5';
    const thinks = conversation(model);
    expect(JSON.stringify(prepare(thinks, { model, effort: 'off' }).body)).to.not.contain('Hm.');
    expect(JSON.stringify(prepare(thinks, { model }).body)).to.contain('Hm.');
  });

  it('are not begun in the middle of calls that were made without, where a budget is given for them', () => {
    const model = 'claude-haiku-4-5';
    const without = [assistant(call('c1')), answers];
    expect(prepare(without, { model }).body.thinking).to.equal(undefined);
    expect(prepare(conversation(model), { model }).body.thinking).to.include({ type: 'enabled' });
    const [first = answers, ...rest] = conversation(model);
    const mixed = [first, ...rest.slice(0, 1), ...without];
    expect(JSON.stringify(prepare(mixed, { model }).body)).to.not.contain('Hm.');
    const said = [assistant(text('Yes.')), user(text('Go on.'))];
    expect(prepare(said, { model }).body.thinking).to.include({ type: 'enabled' });
  });
});
