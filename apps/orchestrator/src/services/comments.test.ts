import { ACCOUNT_ROLES, type AnyEvent, isAtLeast, TammaError } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { countEvents, type Desk, issueNumber, plan, recordAll, rejectionOf } from '../testing/desk.ts';
import { askPerson, escalate, startFlow } from '../testing/people.ts';
import { commentsOf, heard, openTalk, PROJECT } from '../testing/talk.ts';
import { findWorkflow } from '../use-cases/find-workflow.ts';

async function stateOf(desk: Desk, workflowId: string) {
  const state = await findWorkflow({ reader: desk.store.reader, eventLog: desk.eventLog }, workflowId);
  if (state === null) throw new Error('there is no such workflow');
  return state;
}

function whyOf(facts: readonly AnyEvent[]): string {
  const [fact] = facts;
  return fact?.type === 'COMMAND.REFUSED.SUCCESS' ? fact.data.why : '';
}

describe('a command in a comment', () => {
  it('approves the plan that is asked about, in the name of its author', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    const { workflowId, approvalId } = await askPerson(desk, 1, 'plan');
    const { reactions, answers, facts } = await talk.say('maria', '/tamma approve looks right');
    expect([reactions, answers]).to.deep.equal([['done'], []]);
    const [fact] = facts;
    expect(fact).to.deep.include({
      type: 'COMMAND.OBEYED.SUCCESS',
      workflowId,
      actor: { kind: 'human', id: 'maria' },
      tags: { channel: 'github', workflowId },
    });
    const events = await desk.eventLog.readAfter('0-0', 1000);
    const decided = events.flatMap((entry) =>
      'event' in entry && entry.event.type === 'APPROVAL.PROVIDED.SUCCESS' ? [entry.event] : [],
    );
    expect(
      decided.map(({ actor, data }) => [actor.id, data.approvalId, data.decision, data.why]),
    ).to.deep.equal([['maria', approvalId, 'approve', 'looks right']]);
    expect((await stateOf(desk, workflowId)).approval).to.equal(null);
  });

  it('rejects, sends back and answers', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    await askPerson(desk, 1, 'plan');
    await askPerson(desk, 2, 'merge');
    await askPerson(desk, 3, 'question');
    expect((await talk.say('maria', '/tamma reject not now', 1)).reactions).to.deep.equal(['done']);
    expect((await talk.say('maria', '/tamma edit say why', 2)).reactions).to.deep.equal(['done']);
    expect((await talk.say('maria', '/tamma answer the second one', 3)).reactions).to.deep.equal(['done']);
    expect(await countEvents(desk, 'APPROVAL.PROVIDED.SUCCESS')).to.equal(2);
    expect(await countEvents(desk, 'QUESTION.ANSWERED.SUCCESS')).to.equal(1);
  });

  it('tries again, suspends, resumes, sets the score and cancels', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    const { workflowId } = await escalate(desk, 1);
    for (const [text, type] of [
      ['/tamma retry', 'ESCALATION.RESOLVED.SUCCESS'],
      ['/tamma suspend a release', 'WORKFLOW.SUSPENDED.SUCCESS'],
      ['/TAMMA Resume', 'WORKFLOW.RESUMED.SUCCESS'],
      ['/tamma priority 900 it is urgent', 'WORKFLOW.PRIORITIZED.SUCCESS'],
      ['/tamma cancel', 'WORKFLOW.CANCELLED.SUCCESS'],
    ] as const) {
      const { reactions, facts } = await talk.say('maria', text);
      expect([reactions, facts[0]?.type], text).to.deep.equal([['done'], 'COMMAND.OBEYED.SUCCESS']);
      expect(await countEvents(desk, type), text).to.equal(1);
    }
    const state = await stateOf(desk, workflowId);
    expect([state.status, state.score, state.cancelledBecause]).to.deep.equal([
      'cancelled',
      900,
      'said in a comment on #1',
    ]);
  });

  it('is said below the pull request as well as below the issue', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    const { workflowId } = await askPerson(desk, 1, 'merge');
    const { number } = desk.platform.addPullRequest({ head: 'tamma/1' });
    await openedPullRequest(desk, workflowId, number);
    const { reactions } = await talk.say('maria', '/tamma approve', number);
    expect(reactions).to.deep.equal(['done']);
    expect((await stateOf(desk, workflowId)).approval).to.equal(null);
  });

  it('is explained: what is waited for, who can move it, and why an issue is not worked on', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    await askPerson(desk, 1, 'plan');
    const { answers, reactions } = await talk.say('visitor2', '/tamma explain');
    expect(reactions).to.deep.equal(['done']);
    expect(answers).to.have.length(1);
    expect(answers[0]).to.contain('somebody has to approve its plan').and.contain('`/tamma approve`');
    const judgedAt = new Date().toISOString();
    const reasons = ['its author "@all <!-- tamma:status:x -->" is not trusted'];
    const verdict = {
      project: 'demo',
      issue: 2,
      title: 't',
      eligible: false,
      reasons,
      score: null,
      judgedAt,
    };
    await desk.store.verdicts.save([verdict]);
    desk.platform.addIssue(issueNumber(2, { labels: [] }));
    const [answer = ''] = (await talk.say('maria', '/tamma explain', 2)).answers;
    expect(answer).to.contain('#2 is not worked on').and.contain('is not trusted');
    expect(answer).to.not.contain('@all').and.not.contain('<!-- tamma:status');
    desk.platform.addIssue(issueNumber(3));
    expect((await talk.say('maria', '/tamma help', 3)).answers[0]).to.contain('/tamma priority NUMBER');
  });

  it('that makes no sense is refused, with the way to write it', async () => {
    await using talk = await openTalk();
    talk.desk.platform.addIssue(issueNumber(1));
    for (const [text, words] of [
      ['/tamma', 'is no command'],
      ['/tamma deploy', '"deploy" is no command; known are approve'],
      ['/tamma priority high', 'a number from 0 to 1000'],
      ['/tamma answer', 'write what you mean'],
      ['/tamma approve', 'nothing works on #1 now'],
    ] as const) {
      const { reactions, answers, facts } = await talk.say('maria', text);
      expect([reactions, facts[0]?.type], text).to.deep.equal([['refused'], 'COMMAND.REFUSED.SUCCESS']);
      expect(answers[0], text).to.contain(words);
    }
  });

  it('is obeyed by role: everybody else sees that it was refused, and no word more', async () => {
    await using talk = await openTalk();
    talk.desk.platform.addIssue(issueNumber(1));
    const needed = { approve: 'write', reject: 'write', 'edit x': 'write', 'answer x': 'write' } as const;
    const more = { retry: 'write', cancel: 'write', suspend: 'write', resume: 'write' } as const;
    const rest = { 'priority 5': 'write', explain: 'triage', help: 'triage', rubbish: 'triage' } as const;
    for (const role of ACCOUNT_ROLES) {
      talk.desk.platform.setRole(`one-of-${role}`, role);
      for (const [words, least] of Object.entries({ ...needed, ...more, ...rest })) {
        const { reactions, answers, facts } = await talk.say(`one-of-${role}`, `/tamma ${words}`);
        const isHeard = isAtLeast(role, least);
        expect(answers.length, `${role}: ${words}`).to.equal(isHeard ? 1 : 0);
        expect(reactions, `${role}: ${words}`).to.deep.equal([
          /explain|help/.test(words) && isHeard ? 'done' : 'refused',
        ]);
        if (!isHeard)
          expect(whyOf(facts)).to.equal(`one-of-${role} is "${role}" here, and this needs "${least}"`);
      }
    }
  });

  it('may be the answer of whoever wrote the issue, and nothing else of theirs', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    const { workflowId } = await askPerson(desk, 1, 'question');
    await askPerson(desk, 2, 'plan');
    const { author } = issueNumber(1);
    desk.platform.setRole(author, 'none');
    expect((await talk.say('visitor', '/tamma answer mine')).reactions).to.deep.equal(['refused']);
    expect((await talk.say(author, '/tamma cancel')).reactions).to.deep.equal(['refused']);
    expect((await talk.say(author, '/tamma answer the first')).reactions).to.deep.equal(['done']);
    expect((await stateOf(desk, workflowId)).approval).to.equal(null);
    expect((await talk.say(author, '/tamma answer yes', 2)).reactions).to.deep.equal(['refused']);
  });

  it('is never what a bot, our own account, or a quotation says', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    const { workflowId } = await askPerson(desk, 1, 'plan');
    const said = [
      desk.platform.addComment(1, { author: 'helper[bot]', authorKind: 'bot', text: '/tamma approve' }),
      desk.platform.addComment(1, { author: 'Tamma', text: '/tamma approve' }),
      ...['> /tamma approve', 'please\n/tamma approve', '```\n/tamma approve\n```', '/tammaapprove'].map(
        (text) => desk.platform.addComment(1, { author: 'maria', text }),
      ),
      desk.platform.addComment(1, { author: 'maria', text: '<!-- x -->\n/tamma approve' }),
    ];
    await talk.comments.lookAt(PROJECT.id);
    for (const { id, body } of said) {
      expect(await heard(desk, id), body).to.deep.equal({ reactions: [], answers: [], facts: [] });
    }
    expect((await stateOf(desk, workflowId)).approval?.kind).to.equal('plan');
  });

  it('counts once, whatever it is edited to; what was edited into one counts for nothing', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    const workflowId = await startFlow(desk, 1);
    const once = desk.platform.addComment(1, { author: 'maria', text: '/tamma suspend' });
    await talk.comments.lookAt(PROJECT.id);
    desk.platform.editComment(once.id, '/tamma cancel');
    const words = desk.platform.addComment(1, { author: 'maria', text: '/tamma cancel' });
    const comments = commentsOf(desk, hourOlder(desk, words.id));
    await comments.lookAt(PROJECT.id);
    expect((await heard(desk, once.id)).reactions).to.deep.equal(['done']);
    const edited = await heard(desk, words.id);
    expect(edited.reactions).to.deep.equal(['refused']);
    expect(edited.answers[0]).to.contain('the comment was edited');
    expect((await stateOf(desk, workflowId)).status).to.equal('paused');
  });

  it('does not approve for whoever started the work', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    const { workflowId } = await askPerson(desk, 1, 'merge');
    const claims = { ...desk.store.claims, findOpen: async (id: string) => startedBy(desk, id, 'maria') };
    const comment = desk.platform.addComment(1, { author: 'maria', text: '/tamma approve' });
    await commentsOf(desk, { claims }).lookAt(PROJECT.id);
    expect((await heard(desk, comment.id)).answers[0]).to.contain('maria started this workflow');
    expect((await stateOf(desk, workflowId)).approval?.kind).to.equal('merge');
  });
});

describe('commands in comments', () => {
  it('are carried out once by two who look at the same time', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    await startFlow(desk, 1);
    const { id } = desk.platform.addComment(1, { author: 'maria', text: '/tamma suspend' });
    const others = [commentsOf(desk), commentsOf(desk), commentsOf(desk)];
    await Promise.all(others.map((one) => one.lookAt(PROJECT.id)));
    const { reactions, facts } = await heard(desk, id);
    expect([reactions, facts.length]).to.deep.equal([['done'], 1]);
    expect(await countEvents(desk, 'WORKFLOW.SUSPENDED.SUCCESS')).to.equal(1);
  });

  for (const words of ['approve', 'suspend', 'cancel', 'priority 7', 'retry'] as const) {
    it(`change nothing twice when "${words}" is cut off before its end is written down`, async () => {
      await using talk = await openTalk();
      const { desk } = talk;
      if (words === 'retry') await escalate(desk, 1);
      else await askPerson(desk, 1, 'plan');
      const { id } = desk.platform.addComment(1, { author: 'maria', text: `/tamma ${words}` });
      const inbox = { ...desk.store.inbox, finishCommand: () => Promise.reject(new Error('killed')) };
      await rejectionOf(commentsOf(desk, { inbox }).lookAt(PROJECT.id));
      const before = await factsBesides(desk);
      await talk.comments.lookAt(PROJECT.id);
      await talk.comments.lookAt(PROJECT.id);
      const { reactions, answers, facts } = await heard(desk, id);
      expect([reactions, answers, facts.length]).to.deep.equal([['done'], [], 1]);
      expect(facts[0]?.type).to.equal('COMMAND.OBEYED.SUCCESS');
      expect(await factsBesides(desk)).to.deep.equal(before);
    });
  }

  it('that were cut off are carried out by the next leader', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    const { workflowId } = await askPerson(desk, 1, 'plan');
    const { id } = desk.platform.addComment(1, { author: 'maria', text: '/tamma approve' });
    const command = { project: 'demo', comment: id, issue: 1, by: 'maria', command: 'approve' };
    await desk.store.inbox.beginCommand(command);
    await talk.comments.lookAt(PROJECT.id);
    expect((await heard(desk, id)).reactions).to.deep.equal(['done']);
    expect((await stateOf(desk, workflowId)).approval).to.equal(null);
  });

  it('are not carried out by who no longer leads', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    await askPerson(desk, 1, 'plan');
    const { id } = desk.platform.addComment(1, { author: 'maria', text: '/tamma approve' });
    const requireLead = () => Promise.reject(new Error('somebody else leads'));
    await rejectionOf(commentsOf(desk, { requireLead }).lookAt(PROJECT.id));
    expect((await heard(desk, id)).facts).to.deep.equal([]);
    await talk.comments.lookAt(PROJECT.id);
    expect((await heard(desk, id)).reactions).to.deep.equal(['done']);
  });

  it('wait while the platform or a server is away, and come to their end after five tries', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    desk.platform.addIssue(issueNumber(1));
    const away = new TammaError('AWAY', 'it is away', { class: 'network' });
    let tries = 0;
    const readRole = () => {
      tries += 1;
      return Promise.reject(away);
    };
    const comments = commentsOf(desk, {
      projects: [{ project: PROJECT, plan, platform: { ...desk.platform, readRole } }],
    });
    const first = desk.platform.addComment(1, { author: 'maria', text: '/tamma cancel' });
    for (let pass = 1; pass < 5; pass += 1) await rejectionOf(comments.lookAt(PROJECT.id));
    expect((await heard(desk, first.id)).facts).to.deep.equal([]);
    await comments.lookAt(PROJECT.id);
    expect(tries).to.equal(5);
    expect(whyOf((await heard(desk, first.id)).facts)).to.equal('it could not be carried out: it is away');
  });

  it('are heard though a comment before them cannot be answered', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    desk.platform.addIssue(issueNumber(1));
    const react = (
      comment: { readonly id: string; readonly issue: number },
      reaction: 'seen' | 'done' | 'refused',
    ) =>
      comment.id === first.id
        ? Promise.reject(new TammaError('LOCKED', 'the issue is locked', { class: 'authentication' }))
        : desk.platform.react(comment, reaction);
    const comments = commentsOf(desk, {
      projects: [{ project: PROJECT, plan, platform: { ...desk.platform, react } }],
    });
    const first = desk.platform.addComment(1, { author: 'maria', text: '/tamma help' });
    const second = desk.platform.addComment(1, { author: 'maria', text: '/tamma help' });
    await comments.lookAt(PROJECT.id);
    expect(desk.problems).to.deep.equal([`answer to comment ${first.id} of demo: the issue is locked`]);
    expect((await heard(desk, second.id)).reactions).to.deep.equal(['done']);
  });

  it('of one person are twenty an hour; the next one is refused, and the others are passed over', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    desk.platform.addIssue(issueNumber(1));
    const all = Array.from({ length: 23 }, () =>
      desk.platform.addComment(1, { author: 'visitor', text: '/tamma approve' }),
    );
    const other = desk.platform.addComment(1, { author: 'maria', text: '/tamma help' });
    await talk.comments.lookAt(PROJECT.id);
    const facts = await Promise.all(all.map(async ({ id }) => (await heard(desk, id)).facts));
    expect(facts.map(({ length }) => length)).to.deep.equal([...Array.from({ length: 21 }, () => 1), 0, 0]);
    expect(whyOf(facts[20] ?? [])).to.equal('visitor gave too many commands within an hour');
    expect((await heard(desk, other.id)).reactions).to.deep.equal(['done']);
  });

  it('are looked for from the first look on, and each look goes on where the last one ended', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    desk.platform.addIssue(issueNumber(1));
    const asked: string[] = [];
    const listComments = async (since: string) => {
      asked.push(since);
      return desk.platform.listComments(since);
    };
    const project = { ...PROJECT, id: 'fresh' };
    const hourAgo = Date.now() - 3_600_000;
    const comments = commentsOf(desk, {
      projects: [{ project, plan, platform: { ...desk.platform, listComments } }],
      now: () => hourAgo,
    });
    await comments.lookAt('fresh');
    expect(asked).to.deep.equal([]);
    await comments.lookAt('fresh');
    const { updatedAt } = desk.platform.addComment(1, { author: 'maria', text: 'hello' });
    await comments.lookAt('fresh');
    await comments.lookAt('fresh');
    const first = new Date(hourAgo - 30_000).toISOString();
    const later = new Date(Date.parse(updatedAt) - 30_000).toISOString();
    expect(asked).to.deep.equal([first, first, later]);
  });

  it('lie in a folder on the local platform, and command nothing', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    await askPerson(desk, 1, 'plan');
    const { id } = desk.platform.addComment(1, { author: 'maria', text: '/tamma approve' });
    const comments = commentsOf(desk, { projects: desk.projects });
    await comments.lookAt('demo');
    await comments.runOnce();
    expect(await heard(desk, id)).to.deep.equal({ reactions: [], answers: [], facts: [] });
  });

  it('of one project are heard though another one cannot be looked at', async () => {
    await using talk = await openTalk();
    const { desk } = talk;
    await desk.store.inbox.writeCursor('gone', 'comments', new Date().toISOString());
    const listComments = () => Promise.reject(new Error('it is gone'));
    const gone = { project: { ...PROJECT, id: 'gone' }, plan, platform: { ...desk.platform, listComments } };
    const comments = commentsOf(desk, {
      projects: [gone, { project: PROJECT, plan, platform: desk.platform }],
    });
    desk.platform.addIssue(issueNumber(1));
    const { id } = desk.platform.addComment(1, { author: 'maria', text: '/tamma help' });
    await comments.runOnce();
    expect(desk.problems).to.deep.equal(['comments of gone: it is gone']);
    expect((await heard(desk, id)).reactions).to.deep.equal(['done']);
  });
});

async function openedPullRequest(desk: Desk, workflowId: string, number: number): Promise<void> {
  const data = { number, url: 'memory://', head: 'tamma/1', base: 'main', commit: 'f00d' };
  await desk.eventLog.append([buildEvent('PR.OPENED.SUCCESS', data, { workflowId })]);
  await recordAll(desk);
}

/** As if the comment had been written an hour ago, and edited now. */
function hourOlder(desk: Desk, id: string) {
  const listComments = async (since: string) => {
    const all = await desk.platform.listComments(since);
    const createdAt = new Date(Date.now() - 3_600_000).toISOString();
    return all.map((comment) => (comment.id === id ? { ...comment, createdAt } : comment));
  };
  return { projects: [{ project: PROJECT, plan, platform: { ...desk.platform, listComments } }] };
}

async function startedBy(desk: Desk, workflowId: string, name: string) {
  const claim = await desk.store.claims.findOpen(workflowId);
  return claim === null ? null : { ...claim, head: { ...claim.head, startedBy: name } };
}

/** All that was told but the commands themselves. */
async function factsBesides(desk: Desk): Promise<string[]> {
  const entries = await desk.eventLog.readAfter('0-0', 1000);
  const events = entries.flatMap((entry) => ('event' in entry ? [entry.event] : []));
  return events.filter(({ type }) => !type.startsWith('COMMAND.')).map(({ id, type }) => `${type} ${id}`);
}
