export type TakeTurn = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Lets one piece of work run at a time, in the order in which they were asked for. */
export function createTurns(): TakeTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {
      // The one who asked for this turn sees its failure; the next turn begins all the same.
    });
    return turn;
  };
}
