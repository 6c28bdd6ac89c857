/** One page of a list. */
export interface Page<T> {
  data: T[];
  /** Where the next page begins: send it as `after`. Null at the end; a feed always has one. */
  next: string | null;
}

/** A list that fetches its pages as they are needed: iterate over it, or use pages(), page() or all(). */
export class List<T> implements AsyncIterable<T> {
  readonly #fetch: (after: string | undefined) => Promise<Page<T>>;
  readonly #after: string | undefined;
  readonly #forever: boolean;

  constructor(fetch: (after: string | undefined) => Promise<Page<T>>, after?: string, forever = false) {
    this.#fetch = fetch;
    this.#after = after;
    this.#forever = forever;
  }

  /** The first page alone. */
  page(): Promise<Page<T>> { return this.#fetch(this.#after); }

  /** Page after page, to the end: of a feed, to what is there by now. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    for (let after = this.#after; ;) {
      const page = await this.#fetch(after);
      const stays = page.data.length === 0 || page.next === after;
      if (page.data.length > 0 || !this.#forever) yield page;
      if (page.next === null || (stays && !this.#forever)) return;
      after = page.next;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.data;
  }

  /** Everything in one array. */
  async all(): Promise<T[]> {
    const all: T[] = [];
    for await (const element of this) all.push(element);
    return all;
  }
}
