/** The most that GitHub puts on a page. */
export const PAGE_SIZE = 100;

export interface Pages<Item> {
  readonly items: readonly Item[];
  /** There are more than the pages that were read. */
  readonly isCut: boolean;
}

/** Reads page after page until one is not full, at most so many. */
export async function readPages<Item>(
  pagesMax: number,
  readPage: (page: { readonly page: number; readonly per_page: number }) => Promise<readonly Item[]>,
): Promise<Pages<Item>> {
  const items: Item[] = [];
  for (let page = 1; page <= pagesMax; page += 1) {
    const found = await readPage({ page, per_page: PAGE_SIZE });
    items.push(...found);
    if (found.length < PAGE_SIZE) return { items, isCut: false };
  }
  return { items, isCut: true };
}
