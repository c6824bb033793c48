import { Redis } from 'ioredis';

/**
 * Hands the commands of one turn of the event loop to the network together. With many attempts at once one packet from
 * Redis answers several of them, and a packet for each of their next commands costs more than making the command.
 */
export class GatheringRedis extends Redis {
  #gathering: Redis['stream'] | undefined;

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    // There is none before the first connection, and another one after each.
    const stream: Redis['stream'] | undefined = this.stream;
    if (stream !== undefined && this.#gathering !== stream) this.#gather(stream);
    return super.sendCommand(...args);
  }

  #gather(stream: Redis['stream']): void {
    this.#gathering = stream;
    stream.cork();
    // It comes after the promises that this turn has settled, and before anything that waits for the network.
    process.nextTick(() => {
      if (this.#gathering === stream) this.#gathering = undefined;
      stream.uncork();
    });
  }
}
