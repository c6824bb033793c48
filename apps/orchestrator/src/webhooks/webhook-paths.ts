import { problemSchema, webhookAnswerSchema } from '@tamma/contracts';
import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { WEBHOOK_PATH } from './webhook-route.ts';

const PAYLOAD = z.looseObject({}).describe('as GitHub describes the payload of the event');
const HEADERS = z.object({
  'X-Hub-Signature-256': z.string().describe('HMAC-SHA256 of the body with the secret of the hook'),
  'X-GitHub-Delivery': z.string().describe('id of the delivery'),
  'X-GitHub-Event': z.string().describe('name of the event'),
});

/** How the documentation shows where GitHub sends its webhooks: no token, but a signature. */
export const WEBHOOK_PATHS: ZodOpenApiPathsObject = {
  [WEBHOOK_PATH]: {
    post: {
      operationId: 'postWebhooksGithub',
      summary: 'A delivery of a GitHub webhook: kept to be acted on, or of no concern',
      tags: ['webhooks'],
      security: [],
      requestParams: { header: HEADERS },
      requestBody: { required: true, content: { 'application/json': { schema: PAYLOAD } } },
      responses: {
        '202': {
          description: 'what became of it',
          content: { 'application/json': { schema: webhookAnswerSchema } },
        },
        ...Object.fromEntries(
          Object.entries({
            '400': 'it names no event or delivery, or is no JSON',
            '401': 'its signature is not right',
            '404': 'no webhooks are taken: there is no secret',
            '408': 'its body did not come in time',
            '409': 'it was received before',
            '413': 'it has more than 5 MB',
            '415': 'it is neither JSON nor a form',
            '429': 'too many were refused, or are being read',
            '503': 'it could not be stored',
          }).map(([status, description]) => [
            status,
            { description, content: { 'application/problem+json': { schema: problemSchema } } },
          ]),
        ),
      },
    },
  },
};
