/** Texts numbered in order of first appearance: what a column of text is made of. */

/** The empty text is a missing cell, whose code is -1. */
export class TextLevels {
  private readonly maps: Map<string, number>[] = [new Map()]
  private count = 0

  /** V8's Map ends at 2^24 entries, and a column of names may have more: another one follows at half of that. */
  constructor(private readonly mostOfOne = 2 ** 23) {}

  code(text: string): number {
    if (text === '') return -1
    for (const map of this.maps) {
      const known = map.get(text)
      if (known !== undefined) return known
    }
    let last = this.maps[this.maps.length - 1]!
    if (last.size >= this.mostOfOne) this.maps.push(last = new Map())
    last.set(text, this.count)
    return this.count++
  }

  /** The texts by their codes. */
  list(): string[] {
    const texts: string[] = []
    for (const map of this.maps) for (const text of map.keys()) texts.push(text)
    return texts
  }
}
