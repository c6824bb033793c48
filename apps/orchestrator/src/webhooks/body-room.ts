/** Room for bodies that are being read before anybody knows who sent them. */
export interface BodyRoom {
  /** Null when there is none left; what is disposed of gives back. */
  take(bytes: number): Disposable | null;
}

export function createBodyRoom(bytesMax: number): BodyRoom {
  let taken = 0;
  return {
    take: (bytes) => {
      if (taken + bytes > bytesMax) return null;
      taken += bytes;
      let isGiven = true;
      return {
        [Symbol.dispose]: () => {
          if (isGiven) taken -= bytes;
          isGiven = false;
        },
      };
    },
  };
}
