import { expect } from 'chai';
import { createOpenApiCheck } from './openapi-check.ts';
import { extractOperations } from './openapi-extract.ts';
import type { Exchange } from './recording.ts';

const ISSUE = {
  type: 'object',
  description: 'left out',
  required: ['number', 'created_at'],
  properties: {
    number: { type: 'integer', example: 7 },
    title: { type: 'string', nullable: true },
    created_at: { type: 'string', format: 'date-time' },
    // A property may have the name of a word of the schema language.
    description: { type: 'string' },
    milestone: { $ref: '#/components/schemas/milestone' },
  },
};
const DESCRIPTION = {
  paths: {
    '/repos/{owner}/{repo}/issues/{issue_number}': {
      patch: {
        parameters: [{ $ref: '#/components/parameters/per-page' }],
        requestBody: {
          content: {
            'application/json': {
              schema: { type: 'object', properties: { state: { type: 'string', enum: ['open', 'closed'] } } },
            },
          },
        },
        responses: {
          '200': { content: { 'application/json': { schema: { $ref: '#/components/schemas/issue' } } } },
          '204': { description: 'nothing' },
        },
      },
      get: { responses: { '200': { description: 'never asked for here' } } },
    },
    '/repos/{owner}/{repo}/issues/comments': { patch: { responses: { '204': {} } } },
  },
  components: {
    schemas: {
      issue: ISSUE,
      milestone: { type: 'object', nullable: true, properties: { title: { type: 'string' } } },
      unused: { type: 'object' },
      'basic-error': { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
    },
    parameters: { 'per-page': { name: 'per_page', in: 'query', schema: { type: 'integer' } } },
    responses: {},
  },
};

function exchange(overrides: Partial<Exchange> = {}): Exchange {
  const request = {
    who: 'ours',
    method: 'PATCH',
    path: '/repos/ada/till/issues/7',
    body: { state: 'open' },
  } as const;
  const answer = { number: 7, title: null, created_at: '2026-01-01T00:00:00Z', milestone: null };
  return { ...request, status: 200, headers: {}, answer, ...overrides };
}

function problemsOf(overrides: Partial<Exchange>): readonly string[] {
  const given = exchange(overrides);
  return createOpenApiCheck(extractOperations(DESCRIPTION, { version: '1', exchanges: [exchange()] }))(given);
}

const NAME = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';

describe('the check with GitHub’s description', () => {
  it('finds nothing wrong with what is right', () => {
    expect(problemsOf({ path: '/repos/ada/till/issues/7?per_page=5' })).to.deep.equal([]);
    expect(problemsOf({ status: 204, answer: null })).to.deep.equal([]);
    expect(problemsOf({ status: 404, answer: { message: 'Not Found' } })).to.deep.equal([]);
  });

  it('names what is wrong with a request', () => {
    expect(problemsOf({ path: '/repos/ada/till/issues/7?per_page=many' })).to.deep.equal([
      `${NAME}: query "per_page": must be integer`,
    ]);
    expect(problemsOf({ path: '/repos/ada/till/issues/7?pages=1' })).to.deep.equal([
      `${NAME}: query: there is no "pages"`,
    ]);
    expect(problemsOf({ body: { state: 'ajar', mood: 'good' } })).to.deep.equal([
      `${NAME}: body: there is no "mood"`,
      `${NAME}: body/state: must be equal to one of the allowed values`,
    ]);
  });

  it('names what is wrong with an answer', () => {
    expect(problemsOf({ answer: { number: '7', created_at: 'today' } })).to.deep.equal([
      `${NAME}: answer 200/number: must be integer`,
      `${NAME}: answer 200/created_at: must match format "date-time"`,
    ]);
    expect(problemsOf({ status: 201 })).to.deep.equal([`${NAME}: answer 201: GitHub never gives it`]);
    expect(problemsOf({ status: 204 })).to.deep.equal([`${NAME}: answer 204: it has no body`]);
    expect(problemsOf({ status: 422, answer: {} })).to.deep.equal([
      `${NAME}: answer 422: must have required property 'message'`,
    ]);
  });

  it('knows no operation that was not extracted', () => {
    expect(problemsOf({ method: 'DELETE' })).to.deep.equal([
      'DELETE /repos/ada/till/issues/7: GitHub describes no such operation',
    ]);
  });

  it('needs only what the exchanges use', () => {
    const extract = extractOperations(DESCRIPTION, { version: '1', exchanges: [exchange()] });
    expect(Object.keys(extract.operations)).to.deep.equal([NAME]);
    expect(Object.keys(extract.schemas)).to.deep.equal(['basic-error', 'issue', 'milestone']);
    expect(JSON.stringify(extract)).not.to.include('left out');
    expect(extract.schemas.issue).to.have.nested.property('properties.description');
  });
});
