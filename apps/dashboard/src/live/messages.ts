import { LIVE_MESSAGES, type LiveMessage, type LiveMessageName } from '@tamma/contracts';
import type { LiveSocket } from './socket.ts';

export type MessageHandlers = { readonly [Name in LiveMessageName]: (message: LiveMessage<Name>) => void };

/** Hands every message of the server to its handler, checked; `onUnreadable` gets the name of one that does not fit. */
export function handleMessages(
  socket: LiveSocket,
  handlers: MessageHandlers,
  onUnreadable: (name: string) => void,
): void {
  const handle = <Name extends LiveMessageName>(name: Name, handler: MessageHandlers[Name]): void => {
    socket.on(name, (raw) => {
      const parsed = LIVE_MESSAGES[name].safeParse(raw);
      // The schema under this name is the one its handler is typed by.
      if (parsed.success) handler(parsed.data as LiveMessage<Name>);
      else onUnreadable(name);
    });
  };
  handle('connected', handlers.connected);
  handle('subscribed', handlers.subscribed);
  handle('workflow_event', handlers.workflow_event);
  handle('event', handlers.event);
  handle('progress', handlers.progress);
  handle('chunk', handlers.chunk);
  handle('error', handlers.error);
  handle('shutdown', handlers.shutdown);
}
