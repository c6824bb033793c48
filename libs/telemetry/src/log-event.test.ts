import { EVENT_DATA } from '@tamma/contracts';
import type { EventDataByType, EventType } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { logEvent } from './log-event.ts';
import { createLogger } from './logger.ts';

function lineOf<Type extends EventType>(type: Type, data: EventDataByType[Type]): string {
  let text = '';
  const destination = {
    write: (line: string): void => {
      text += line;
    },
  };
  const event = buildEvent(type, data, { taskId: 't1', stepId: 'implement', attempt: 3 });
  logEvent(createLogger({ name: 'worker', level: 'debug', destination }), event);
  return text;
}

describe('logEvent', () => {
  it('says who, where and which attempt, with a message that never changes', () => {
    const line: unknown = JSON.parse(lineOf('TASK.COMPLETED.SUCCESS', { result: 'ok', durationMs: 5 }));
    expect(line).to.include({
      level: 'info',
      msg: 'task completed',
      event: 'TASK.COMPLETED.SUCCESS',
      workflowId: 'demo-1.r1',
      taskId: 't1',
      stepId: 'implement',
      attempt: 3,
    });
  });

  it('names code and class of an error, but not its text', () => {
    const error = { code: 'MODEL_MUTE', class: 'model', message: 'it said hunter2' } as const;
    const line = lineOf('TASK.RETRY.SCHEDULED', { error, retryCount: 1, retryDelayMs: 0 });
    expect(JSON.parse(line)).to.include({ level: 'warn', errorCode: 'MODEL_MUTE', errorClass: 'model' });
    expect(line).not.to.contain('hunter2');
  });

  it('never writes data: they may hold text of strangers', () => {
    const title = 'hunter2 <script>';
    expect(lineOf('ISSUE.JUDGED.ELIGIBLE', { project: 'p', issue: 1, title, score: 1 })).not.to.contain(
      'hunter2',
    );
    expect(lineOf('AI.TOOL.CALLED', { tool: 'write', ok: true, summary: title })).not.to.contain('hunter2');
    expect(
      lineOf('QUESTION.ASKED.SUCCESS', {
        approvalId: 'demo-1.r1.clarification.a1',
        question: title,
        until: '',
      }),
    ).not.to.contain('hunter2');
  });

  it('knows a line for every event of the catalogue', () => {
    const types = Object.keys(EVENT_DATA);
    expect(types.length).to.be.greaterThan(40);
    for (const type of types) {
      const event = { ...buildEvent('SESSION.STARTED.SUCCESS', { sessionKey: 's' }), type };
      const logged: string[] = [];
      const note = (_fields: unknown, message: string): void => {
        logged.push(message);
      };
      const logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
      Reflect.apply(logEvent, undefined, [logger, event]);
      expect(logged, type).to.have.length(1);
      expect(logged[0], type).to.match(/^[a-z ]+$/);
    }
  });
});
